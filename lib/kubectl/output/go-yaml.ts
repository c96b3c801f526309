/**
 * YAML as Go's library writes it: fields in alphabetical order, lists as far left as their key,
 * double quotes around what would be no text without them, and single ones elsewhere.
 * FIDELITY: long texts stay on one line.
 */
import { Document, parse, Scalar, visit } from 'yaml';
import { sortedFields } from './sorted-json';

const STYLE = { lineWidth: 0, indentSeq: false, singleQuote: true } as const;

export function goYaml(value: unknown): string {
  const document = new Document(sortedFields(value), {
    version: '1.1',
    aliasDuplicateObjects: false,
  });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && standsForOther(node.value)) {
        node.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  return document.toString(STYLE);
}

/** `true`, `80`, `2026-01-01T00:00:05Z`: texts that would be read as something else. */
const MAY_BE_OTHER = /^(?:[-+.]?\d[\w.:+-]*|~|null|true|false|yes|no|on|off|y|n|)$/i;

function standsForOther(text: string): boolean {
  if (!MAY_BE_OTHER.test(text)) return false;
  return /^\d{4}-\d\d?-\d\d?/.test(text) || typeof parse(text, { version: '1.1' }) !== 'string';
}
