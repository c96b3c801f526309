/** The signals that may stop a container, by operating system, as core's validation has them. */
import type { FieldError } from '../field-error';
import { forbidden, notSupported } from '../field-error';

const REAL_TIME = [
  ...Array.from({ length: 16 }, (_, n) => (n === 0 ? 'SIGRTMIN' : `SIGRTMIN+${n}`)),
  ...Array.from({ length: 15 }, (_, n) => (n === 0 ? 'SIGRTMAX' : `SIGRTMAX-${n}`)),
];
const LINUX = [
  ...'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT'
    .split(' ')
    .map((name) => `SIG${name}`),
  ...'STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'
    .split(' ')
    .map((name) => `SIG${name}`),
  ...REAL_TIME,
].sort();
const WINDOWS = ['SIGKILL', 'SIGTERM'];

export function stopSignalErrors(
  signal: string,
  os: string | undefined,
  path: string,
): FieldError[] {
  if (os === undefined) {
    return [forbidden(path, 'may not be set for containers with empty `spec.os.name`')];
  }
  const known = os === 'windows' ? WINDOWS : os === 'linux' ? LINUX : undefined;
  if (known === undefined || known.includes(signal)) return [];
  return [notSupported(path, signal, known)];
}
