/**
 * Questions put to the server as objects: may this be done, what may be done, who am I. Answers
 * come with the question, and nothing of it is kept.
 */
import type { FieldError } from '../../orchestrator/api/field-error';
import { invalid } from '../../orchestrator/api/field-error';
import type { PolicyRule } from '../../orchestrator/api/objects';
import { badRequestError, invalidError } from '../../orchestrator/api/status-error';
import { formatTime } from '../../orchestrator/api/timestamps';
import type { Attributes, UserInfo } from '../../orchestrator/apiserver/authorization/attributes';
import type { RbacAuthorizer } from '../../orchestrator/apiserver/authorization/rbac-authorizer';

interface ReviewSpec {
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly namespace?: string;
  readonly resourceAttributes?: Readonly<Record<string, string | undefined>>;
  readonly nonResourceAttributes?: Readonly<Record<string, string | undefined>>;
}

export interface Review {
  readonly metadata?: { readonly namespace?: string };
  readonly spec?: ReviewSpec;
}

export interface Reviewer {
  readonly authorizer: RbacAuthorizer;
  /** Who asks. */
  readonly user: UserInfo;
  /** The namespace of the path. */
  readonly namespace: string | undefined;
  readonly nowMs: number;
}

type Answer = (review: Review, reviewer: Reviewer) => object;

/** By the resource that the question is posted to. */
const ANSWERS: Readonly<Record<string, Answer | undefined>> = {
  'selfsubjectaccessreviews.authorization.k8s.io': reviewSelf,
  'subjectaccessreviews.authorization.k8s.io': reviewSubject,
  'localsubjectaccessreviews.authorization.k8s.io': reviewSubject,
  'selfsubjectrulesreviews.authorization.k8s.io': reviewRules,
  'selfsubjectreviews.authentication.k8s.io': reviewIdentity,
  'tokenreviews.authentication.k8s.io': reviewToken,
};

export const isReview = (resource: string): boolean => ANSWERS[resource] !== undefined;

/** The question with its answer. Throws ApiStatusError for what is no proper question. */
export function answerReview(resource: string, review: Review, reviewer: Reviewer): object {
  return { ...review, metadata: review.metadata ?? {}, ...ANSWERS[resource]!(review, reviewer) };
}

function reviewSelf({ spec = {} }: Review, { authorizer, user }: Reviewer): object {
  requireValid(attributeErrors(spec));
  return { status: decide(authorizer, user, spec) };
}

function reviewSubject(review: Review, { authorizer, namespace }: Reviewer): object {
  const { spec = {} } = review;
  const { user = '', groups = [] } = spec;
  const errors = attributeErrors(spec);
  if (user === '' && groups.length === 0) {
    errors.push(invalid('spec.user', user, 'at least one of user or group must be specified'));
  }
  const asked = spec.resourceAttributes?.['namespace'] ?? '';
  if (namespace !== undefined && asked !== namespace) {
    const field = 'spec.resourceAttributes.namespace';
    errors.push(invalid(field, asked, 'must match metadata.namespace'));
  }
  requireValid(errors);
  return { status: decide(authorizer, { name: user, groups }, spec) };
}

function attributeErrors({ resourceAttributes, nonResourceAttributes }: ReviewSpec): FieldError[] {
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    const why = 'cannot be specified in combination with resourceAttributes';
    return [invalid('spec.nonResourceAttributes', nonResourceAttributes, why)];
  }
  if (resourceAttributes !== undefined || nonResourceAttributes !== undefined) return [];
  const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  return [invalid('spec.resourceAttributes', null, why)];
}

function requireValid(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidError('authorization.k8s.io', '', '', errors);
}

function decide(authorizer: RbacAuthorizer, user: UserInfo, spec: ReviewSpec): object {
  const { allowed, reason } = authorizer.authorize(user, attributesOf(spec));
  return { allowed, ...(reason === '' ? {} : { reason }) };
}

function attributesOf({ resourceAttributes, nonResourceAttributes }: ReviewSpec): Attributes {
  const asked = resourceAttributes ?? nonResourceAttributes ?? {};
  const text = (field: string): string => asked[field] ?? '';
  if (resourceAttributes === undefined) return { verb: text('verb'), path: text('path') };
  return {
    verb: text('verb'),
    group: text('group'),
    resource: text('resource'),
    subresource: text('subresource'),
    namespace: text('namespace'),
    name: text('name'),
  };
}

function reviewRules({ spec = {} }: Review, { authorizer, user }: Reviewer): object {
  const { namespace = '' } = spec;
  if (namespace === '') throw badRequestError('no namespace on request');
  const { rules, errors } = authorizer.rulesOf(user, namespace);
  const isAboutUrls = ({ nonResourceURLs = [] }: PolicyRule): boolean => nonResourceURLs.length > 0;
  return {
    spec: {},
    status: {
      resourceRules: rules.filter((rule) => !isAboutUrls(rule)),
      nonResourceRules: rules.filter(isAboutUrls),
      incomplete: errors.length > 0,
      ...(errors.length === 0 ? {} : { evaluationError: errors.join(', ') }),
    },
  };
}

function reviewIdentity(_review: Review, { user, nowMs }: Reviewer): object {
  const { name: username, uid, groups, extra } = user;
  const userInfo = {
    username,
    ...(uid === undefined ? {} : { uid }),
    groups,
    ...(extra === undefined ? {} : { extra }),
  };
  return { metadata: { creationTimestamp: formatTime(nowMs) }, status: { userInfo } };
}

/** No tokens are issued, so none is known. */
const UNKNOWN_TOKEN = { status: { user: {}, error: 'invalid bearer token' } };

function reviewToken(): object {
  return UNKNOWN_TOKEN;
}
