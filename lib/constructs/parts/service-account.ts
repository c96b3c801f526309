/**
 * The account a workload's pods act as. One of its own, so that a right given to it is given to
 * nobody else; without a token in the pods, since most never talk to the API server.
 */
import type { ApiObjectMetadata } from 'cdk8s';
import { ServiceAccount } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { Manifest } from '../manifest/manifest';

/** Makes the account of a workload. */
export function ownServiceAccount(scope: Construct, metadata: ApiObjectMetadata): ServiceAccount {
  const account = new ServiceAccount(scope, 'ServiceAccount', { metadata });
  Manifest.of(account).write(() => ({
    automountServiceAccountToken: account.automountToken,
    secrets: account.secrets.length > 0 ? account.secrets.map(({ name }) => ({ name })) : undefined,
  }));
  return account;
}
