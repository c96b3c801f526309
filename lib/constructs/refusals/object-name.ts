/**
 * Names, labels and keys as the API server accepts them. Each check returns what is allowed, in
 * words, or undefined when all is well.
 */

const DNS_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;
const PORT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const ENV_NAME = /^[\x20-\x3c\x3e-\x7e]+$/;

/** Checks a name that Services, pods' host names and label values share. */
export function nameProblem(name: string, maxLength = 63): string | undefined {
  if (name.length <= maxLength && DNS_LABEL.test(name)) return undefined;
  return (
    `allowed are at most ${maxLength} lower-case letters, digits and '-', ` +
    `starting with a letter and ending with a letter or digit`
  );
}

/** Checks a name of an object that is never part of a host name (Secret, ConfigMap). */
export function subdomainProblem(name: string): string | undefined {
  if (name.length <= 253 && DNS_SUBDOMAIN.test(name)) return undefined;
  return "allowed are at most 253 lower-case letters, digits, '-' and '.', such as 'db-credentials'";
}

/** Checks the key of a label or an annotation. */
export function labelKeyProblem(key: string): string | undefined {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  const prefixHolds = prefix === undefined || (prefix.length <= 253 && DNS_SUBDOMAIN.test(prefix));
  if (prefixHolds && name.length <= 63 && LABEL_NAME.test(name)) return undefined;
  return (
    "allowed is a name of at most 63 letters, digits, '-', '_' and '.', " +
    "optionally after a DNS prefix and '/', such as 'example.com/team'"
  );
}

/** Checks the value of a label. */
export function labelValueProblem(value: string): string | undefined {
  if (value === '' || (value.length <= 63 && LABEL_NAME.test(value))) return undefined;
  return (
    "allowed are at most 63 letters, digits, '-', '_' and '.', " +
    'starting and ending with a letter or digit'
  );
}

/** Checks a key of a ConfigMap or Secret. */
export function configKeyProblem(key: string): string | undefined {
  const valid = key.length <= 253 && CONFIG_KEY.test(key) && key !== '.' && !key.startsWith('..');
  return valid ? undefined : "allowed are at most 253 letters, digits, '-', '_' and '.'";
}

/** Checks the name of an environment variable. */
export function envNameProblem(name: string): string | undefined {
  return ENV_NAME.test(name) ? undefined : "allowed are printable ASCII characters other than '='";
}

/** Checks the name of a container's port, besides `http`, which is the first one's. */
export function portNameProblem(name: string): string | undefined {
  const valid = name.length <= 15 && PORT_NAME.test(name) && /[a-z]/.test(name) && name !== 'http';
  if (valid && !name.includes('--')) return undefined;
  return "allowed are at most 15 lower-case letters, digits and '-', other than 'http'";
}
