/** What an image's reference says about pulling it, as container defaulting reads it. */

/** Always for the tag `latest` and for none, IfNotPresent for other tags and digests. */
export function pullPolicyOf(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const slash = image.lastIndexOf('/');
  const colon = image.lastIndexOf(':');
  const tag = colon > slash ? image.slice(colon + 1) : 'latest';
  return tag === 'latest' && isImageReference(image) ? 'Always' : 'IfNotPresent';
}

/** Whether the text parses as an image's reference: a name in lower case, perhaps with a tag. */
const isImageReference = (image: string): boolean =>
  /^([a-zA-Z0-9.-]+(:[0-9]+)?\/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:[\w][\w.-]{0,127})?$/.test(image);
