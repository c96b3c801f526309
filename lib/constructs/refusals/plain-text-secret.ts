/**
 * Passwords and tokens written in the clear, as far as their names or shapes give them away: what is
 * in the code and in the YAML is in every clone and every backup.
 */
import type { Refusals } from './refusal';

const SECRET_NAME =
  /(^|[_.-])(password|passwd|pwd|secret|token|api_?key|private_?key|credentials?)$/i;
const PASSWORD_IN_URL = /:\/\/[^/\s:@]*:[^@\s/]+@/;

/** Refuses variables or configuration that hold a password or token in the clear. */
export function checkPlainText(
  refusals: Refusals,
  prop: string,
  values: { readonly [name: string]: string } = {},
  remedy = "take it from a Secret with 'secretEnv', or ask for it by name with 'unsafePlainTextEnv'",
): void {
  for (const [name, value] of Object.entries(values)) {
    const named = SECRET_NAME.test(name) && value !== '';
    // `$(NAME)` is replaced from another variable when the container starts.
    const inUrl = PASSWORD_IN_URL.test(value.replace(/\$\([^)]*\)/g, ''));
    refusals.require(
      !named && !inUrl,
      prop,
      name,
      `allowed is no password or token in plain text; ${remedy}`,
    );
  }
}
