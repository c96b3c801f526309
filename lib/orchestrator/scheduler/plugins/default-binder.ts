/** DefaultBinder: tells the API server on which node the pod runs. */
import type { Pod } from '../../api/objects';
import type { Client } from '../../client';
import type { BindPlugin } from '../framework/plugin';
import type { PluginEntry } from '../framework/plugin-entry';

class DefaultBinder implements BindPlugin {
  readonly name = 'DefaultBinder';

  constructor(private readonly client: Client) {}

  bind(pod: Pod, nodeName: string): void {
    const { namespace, name, uid } = pod.metadata;
    this.client.subresource('create', 'pods', namespace, name, 'binding', {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { namespace, name, uid },
      target: { kind: 'Node', name: nodeName },
    });
  }
}

export const defaultBinder: PluginEntry = { create: ({ client }) => new DefaultBinder(client) };
