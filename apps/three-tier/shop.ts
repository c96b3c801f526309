/**
 * The shop of the documents: a frontend that the world reaches, an API, and PostgreSQL.
 */
import type { ChartProps } from 'cdk8s';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ThreeTierAppProps } from '../../lib';
import { ThreeTierApp } from '../../lib';

/** What of the shop may be said differently. */
export interface ShopProps extends ChartProps, Partial<ThreeTierAppProps> {
  /**
   * Version of the shop's own images.
   * @default '1.4.2'
   */
  readonly version?: string;
}

/** The shop, as one chart. */
export class Shop extends Chart {
  /** The three tiers. */
  readonly tiers: ThreeTierApp;

  constructor(scope: Construct, id: string, props: ShopProps = {}) {
    super(scope, id, props);
    const { version = '1.4.2', namespace, labels, disableResourceNameHashes, ...tiers } = props;
    void [namespace, labels, disableResourceNameHashes];
    this.tiers = new ThreeTierApp(this, 'shop', {
      apiImage: `shop/api:${version}`,
      frontendImage: `shop/frontend:${version}`,
      // A demonstration brings its own password; a shop of yours names a Secret instead.
      unsafePlainTextPassword: 'mysecretpassword',
      ...tiers,
    });
  }
}
