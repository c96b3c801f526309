/** How the API server says that somebody may not do something. */
import { failure, forbiddenError, type ApiStatusError } from '../../api/status-error';
import { isNonResource, type Attributes, type UserInfo } from './attributes';

export function refusalOf(user: UserInfo, attributes: Attributes, reason: string): ApiStatusError {
  const who = `User ${JSON.stringify(user.name)} cannot ${attributes.verb}`;
  const because = reason === '' ? '' : `: ${reason}`;
  if (isNonResource(attributes)) {
    const what = `path ${JSON.stringify(attributes.path)}`;
    return failure(403, 'Forbidden', `forbidden: ${who} ${what}${because}`, {});
  }
  const { group, resource, subresource, namespace, name } = attributes;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const where =
    namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const why = `${who} resource "${what}" in API group "${group}" ${where}${because}`;
  return forbiddenError({ group, resource }, name, why);
}
