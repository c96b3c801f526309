/**
 * References to container images, checked as a kubelet and a registry would read them. An image
 * must say which build it means: a tag that is not 'latest', or a digest.
 */

/** The parts of an image reference. */
export interface ImageReference {
  /** Registry and repository, such as `ghcr.io/shop/api`. */
  readonly repository: string;
  /** Tag, if the reference has one. */
  readonly tag?: string;
  /** Digest, if the reference has one. */
  readonly digest?: string;
}

const REPOSITORY =
  /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/;

/** Splits a reference into its parts without judging them. */
export function parseImage(image: string): ImageReference {
  const [name = '', digest] = splitAtLast(image, '@');
  const colon = name.lastIndexOf(':');
  // A colon before the last slash belongs to the port of a registry.
  const tagged = colon > name.lastIndexOf('/');
  return {
    repository: tagged ? name.slice(0, colon) : name,
    tag: tagged ? name.slice(colon + 1) : undefined,
    digest,
  };
}

/** Says what is allowed when the image does not name one certain build. */
export function imageProblem(image: string): string | undefined {
  const { repository, tag, digest } = parseImage(image);
  const example = `such as '${repository || 'shop/api'}:1.4.2'`;
  if (!REPOSITORY.test(repository)) {
    return `allowed is a lower-case repository with a tag or a digest, such as 'shop/api:1.4.2'`;
  }
  if (digest !== undefined) {
    return DIGEST.test(digest)
      ? undefined
      : "allowed is a digest such as 'sha256:' and 64 hex digits";
  }
  if (tag === undefined) return `allowed is an image with a tag or a digest, ${example}`;
  if (tag === 'latest') return `allowed is a tag other than 'latest', ${example}, or a digest`;
  return TAG.test(tag)
    ? undefined
    : `allowed is a tag of letters, digits, '_', '.' and '-', ${example}`;
}

function splitAtLast(text: string, mark: string): [string, string | undefined] {
  const at = text.lastIndexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
