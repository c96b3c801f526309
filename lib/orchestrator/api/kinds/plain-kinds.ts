/**
 * The built-in kinds without rules of their own here: served, stored and listed as a real API
 * server does, but hardly defaulted and not validated beyond their schema and metadata.
 */
import type { KindDefinition } from '../kind';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import { discovery } from '../schema/discovered-resources';
import { kind } from './define';
import { plainCells } from './plain-cells';
import { plainRules } from './plain-defaults';

/** Kinds that are questions put to the server, not objects that it keeps. */
const QUESTIONS = /reviews$|componentstatuses$|^v1 bindings$/;

/** All kinds of discovery that are not among the given ones. */
export function plainKinds(known: readonly KindDefinition[]): KindDefinition[] {
  const names = new Set(
    known.map((k) => `${k.group === '' ? k.version : `${k.group}/${k.version}`} ${k.plural}`),
  );
  return Object.keys(discovery)
    .filter((name) => !name.includes('/', name.indexOf(' ')) && !names.has(name))
    .filter((name) => !QUESTIONS.test(name))
    .map((name) => {
      const [apiVersion = '', plural = ''] = name.split(' ');
      const isNamespaced = discovery[name]?.namespaced === true;
      const cells = plainCells(plural);
      return kind({
        apiVersion,
        plural,
        ...plainRules(plural),
        ...(cells === undefined ? {} : { cells }),
        validate: ({ metadata }) => validateObjectMeta(metadata, isNamespaced, isDns1123Subdomain),
      });
    });
}
