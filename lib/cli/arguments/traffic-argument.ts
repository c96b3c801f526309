/** `--traffic svc/web=200rps`: requests to a service, at one rate or from one to another. */
import type { RateShape } from '../../orchestrator/traffic';
import { ramp } from '../../testing/traffic';
import { usage } from '../cli-error';
import { durationArgument } from './duration-argument';

export interface TrafficArgument {
  /** `service/web` or `service/shop/web` */
  readonly to: string;
  readonly rps: number | RateShape;
  /** As it was written: `200rps`. */
  readonly rate: string;
}

const PATTERN = /^(?:(?:svc|service|services)\/)?([a-z0-9./-]+)=(.+)$/;
const RATE = /^(\d+(?:\.\d+)?k?)(?:\.\.(\d+(?:\.\d+)?k?))?(?:rps)?(?:\/(.+))?$/;

export function trafficArgument(text: string): TrafficArgument {
  const [, service, rate] = PATTERN.exec(text) ?? [];
  const [, from, to, over] = RATE.exec(rate ?? '') ?? [];
  const isRamp = to !== undefined && over !== undefined;
  if (service === undefined || from === undefined || (!isRamp && (to ?? over) !== undefined)) {
    throw usage(
      `--traffic '${text}' is not understood; write --traffic svc/NAME=200rps, ` +
        'svc/NAMESPACE/NAME=200rps, or svc/NAME=50..800rps/2m for a rate that rises.',
    );
  }
  const rps = isRamp
    ? ramp(numberOf(from), numberOf(to), durationArgument(`--traffic ${text}`, over))
    : numberOf(from);
  return { to: `service/${service}`, rps, rate: rate! };
}

const numberOf = (text: string): number =>
  text.endsWith('k') ? Number(text.slice(0, -1)) * 1000 : Number(text);
