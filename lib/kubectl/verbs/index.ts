/** kubectl's commands by name, in the order of its help. */
import type { Invocation } from '../invocation';
import { apiResources, apiVersions } from './api-resources';
import { apply } from './apply';
import { auth } from './auth';
import { autoscale } from './autoscale';
import { cordon, uncordon } from './cordon';
import { create } from './create';
import { deleteVerb } from './delete';
import { describe } from './describe';
import { diff } from './diff';
import { drain } from './drain';
import { events } from './events';
import { explain } from './explain';
import { expose } from './expose';
import { get } from './get';
import { logs } from './logs';
import { annotate, label } from './metadata';
import { patch } from './patch';
import { replace } from './replace';
import { rollout } from './rollout';
import { run } from './run';
import { scale } from './scale';
import { set } from './set';
import { taint } from './taint';
import { top } from './top';
import { wait } from './wait';

export type Verb = (invocation: Invocation) => void;

export const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['create', create],
  ['expose', expose],
  ['run', run],
  ['set', set],
  ['explain', explain],
  ['get', get],
  ['events', events],
  ['delete', deleteVerb],
  ['rollout', rollout],
  ['scale', scale],
  ['autoscale', autoscale],
  ['top', top],
  ['cordon', cordon],
  ['uncordon', uncordon],
  ['drain', drain],
  ['taint', taint],
  ['describe', describe],
  ['logs', logs],
  ['diff', diff],
  ['apply', apply],
  ['patch', patch],
  ['replace', replace],
  ['wait', wait],
  ['label', label],
  ['annotate', annotate],
  ['api-resources', apiResources],
  ['api-versions', apiVersions],
  ['auth', auth],
]);
