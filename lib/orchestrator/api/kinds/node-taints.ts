/** Validation of a node's taints, as core's validateNodeTaints does it. */
import type { FieldError } from '../field-error';
import { duplicate, invalid, required } from '../field-error';
import { isLabelValue, isQualifiedName } from '../names';
import { invalidFor, notSupportedInOrder } from './fields/field-validation';

export interface DraftTaint {
  readonly key?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly timeAdded?: string;
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function nodeTaintErrors(taints: readonly DraftTaint[], path: string): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, i) => {
    const { key = '', value = '', effect = '', timeAdded = null } = taint;
    const errors = invalidFor(`${path}[${i}].key`, key, isQualifiedName(key));
    const messages = isLabelValue(value);
    if (messages.length > 0) {
      errors.push(invalid(`${path}[${i}].value`, value, messages.join(';')));
    }
    if (effect === '') errors.push(required(`${path}[${i}].effect`));
    else if (!EFFECTS.includes(effect)) {
      errors.push(notSupportedInOrder(`${path}[${i}].effect`, effect, EFFECTS));
    }
    const pair = `${effect}/${key}`;
    if (seen.has(pair)) {
      const shown = { Key: key, Value: value, Effect: effect, TimeAdded: timeAdded };
      const error = duplicate(`${path}[${i}]`, shown);
      const message = `${error.message}: taints must be unique by key and effect pair`;
      errors.push({ ...error, message });
    }
    seen.add(pair);
    return errors;
  });
}
