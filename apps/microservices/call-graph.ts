/**
 * The twenty services of the design challenge: who calls whom, and who keeps data.
 */

/** One of the services. */
export interface ServiceNode {
  /** Name of the service. */
  readonly name: string;
  /** Names of the services it calls. */
  readonly calls: readonly string[];
  /** Whether it keeps data in a database of its own. */
  readonly database?: boolean;
  /** Whether the world reaches it. */
  readonly edge?: boolean;
}

/** The services, each after those that it calls. */
export const CALL_GRAPH: readonly ServiceNode[] = [
  { name: 'analytics-service', calls: [] },
  { name: 'notification-service', calls: [] },
  { name: 'media-service', calls: [] },
  { name: 'tax-service', calls: [] },
  { name: 'discount-service', calls: [] },
  { name: 'user-service', calls: [], database: true },
  { name: 'inventory-service', calls: [], database: true },
  { name: 'auth-service', calls: ['user-service'] },
  { name: 'fraud-service', calls: ['analytics-service'] },
  { name: 'invoice-service', calls: ['tax-service'] },
  { name: 'pricing-service', calls: ['discount-service'] },
  { name: 'shipping-service', calls: ['notification-service'] },
  { name: 'review-service', calls: ['user-service'], database: true },
  {
    name: 'catalog-service',
    calls: ['inventory-service', 'media-service', 'pricing-service'],
    database: true,
  },
  { name: 'search-service', calls: ['catalog-service'] },
  { name: 'recommendation-service', calls: ['analytics-service', 'catalog-service'] },
  { name: 'payment-service', calls: ['fraud-service', 'invoice-service'], database: true },
  { name: 'cart-service', calls: ['catalog-service', 'pricing-service'] },
  {
    name: 'order-service',
    calls: ['cart-service', 'inventory-service', 'payment-service', 'shipping-service'],
    database: true,
  },
  {
    name: 'api-gateway',
    calls: [
      'auth-service',
      'user-service',
      'catalog-service',
      'search-service',
      'cart-service',
      'order-service',
      'review-service',
      'recommendation-service',
      'media-service',
      'analytics-service',
    ],
    edge: true,
  },
];
