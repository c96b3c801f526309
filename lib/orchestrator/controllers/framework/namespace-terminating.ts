/** Whether a write was refused because its namespace is going away: trying again is of no use. */
import { isApiStatusError } from '../../api/status-error';

export const isNamespaceTerminating = (error: unknown): boolean =>
  isApiStatusError(error) &&
  error.status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') === true;
