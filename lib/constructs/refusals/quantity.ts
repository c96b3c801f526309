/**
 * Quantities as the API server reads them ('100m', '128Mi', '1.5'), only as far as synthesis needs:
 * to refuse what is not a quantity and to compare a request with its limit. What reaches the YAML
 * is always the user's own spelling.
 */

const FACTORS: { readonly [suffix: string]: number } = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const QUANTITY =
  /^([+-]?(?:\d+\.?\d*|\.\d+))(?:(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?\d+))?$/;

const parsed = new Map<string, number | undefined>();

/** The quantity as a number of its base unit (cores, bytes), or undefined if it is none. */
export function tryParseQuantity(text: string): number | undefined {
  // The same few spellings come back for every container of an app.
  if (!parsed.has(text)) parsed.set(text, parse(text));
  return parsed.get(text);
}

/** Says what is allowed when the text is not a quantity that may be asked for. */
export function quantityProblem(text: string): string | undefined {
  const value = tryParseQuantity(text);
  if (value === undefined) {
    return "allowed is a quantity such as '500m' (half a CPU) or '512Mi' (memory)";
  }
  return value < 0 ? 'allowed is a quantity of zero or more' : undefined;
}

function parse(text: string): number | undefined {
  const match = QUANTITY.exec(text);
  if (!match) return undefined;
  const [, digits = '', suffix = '', exponent] = match;
  return (
    Number(digits) * (exponent === undefined ? (FACTORS[suffix] ?? 1) : 10 ** Number(exponent))
  );
}
