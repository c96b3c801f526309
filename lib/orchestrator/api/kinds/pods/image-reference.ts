/** What an image's reference says about pulling it, as container defaulting reads it. */

/** Always for the tag `latest` and for none, IfNotPresent for other tags and digests. */
export function pullPolicyOf(image: string): string {
  const at = image.indexOf('@');
  const name = at < 0 ? image : image.slice(0, at);
  const colon = name.lastIndexOf(':');
  const tag = colon > name.lastIndexOf('/') ? name.slice(colon + 1) : undefined;
  const implied = at < 0 ? 'latest' : '';
  return (tag ?? implied) === 'latest' && isImageReference(name) ? 'Always' : 'IfNotPresent';
}

/** Whether the text parses as an image's reference: a name in lower case, perhaps with a tag. */
const isImageReference = (image: string): boolean =>
  /^([a-zA-Z0-9.-]+(:[0-9]+)?\/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:[\w][\w.-]{0,127})?$/.test(image);
