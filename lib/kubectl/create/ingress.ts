/** `kubectl create ingress --rule=host/path=service:port[,tls[=secret]]`. */
import type { JsonObject } from '../../orchestrator/api/object';
import { usageError } from '../kubectl-error';
import { intOrText, listOf, pairOf, type Generator } from './arguments';

interface Rule {
  readonly host: string;
  readonly path: JsonObject;
  /** The name of the secret, '' for none; undefined if the rule is without TLS. */
  readonly tls: string | undefined;
}

export const ingress: Generator = {
  command: 'ingress',
  failure: 'failed to create ingress:',
  generate: ({ flags }, name) => {
    const rules = flags.all('rule').map(ruleOf);
    const [backend, className] = [flags.text('default-backend'), flags.text('class')];
    if (rules.length === 0 && backend === undefined) {
      throw usageError(
        'not enough information provided: every ingress has to either specify a default-backend ' +
          '(which catches all traffic) or a list of rules (which catch specific paths)',
      );
    }
    const annotations = Object.fromEntries(listOf(flags, 'annotation').map(pairOf));
    const hasAnnotations = Object.keys(annotations).length > 0;
    const tls = tlsOf(rules);
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name, ...(hasAnnotations ? { annotations } : {}) },
      spec: {
        ...(className === undefined ? {} : { ingressClassName: className }),
        ...(backend === undefined ? {} : { defaultBackend: backendOf(backend) }),
        ...(tls.length === 0 ? {} : { tls }),
        ...(rules.length === 0 ? {} : { rules: byHost(rules) }),
      },
    };
  },
};

function ruleOf(text: string): Rule {
  const match = /^([^/=,]*)(\/[^=,]*)=([^,:=]+:[^,:=]+)(,tls(?:=([^,=]*))?)?$/.exec(text);
  if (match === null) {
    throw usageError(
      `rule ${text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`,
    );
  }
  const [, host = '', path = '', backend = '', tls, secret = ''] = match;
  const isPrefix = path.endsWith('*');
  return {
    host,
    path: {
      path: isPrefix ? path.slice(0, -1) : path,
      pathType: isPrefix ? 'Prefix' : 'Exact',
      backend: backendOf(backend),
    },
    tls: tls === undefined ? undefined : secret,
  };
}

function backendOf(text: string): JsonObject {
  const [name = '', port = ''] = text.split(':');
  const wanted = intOrText(port);
  return {
    service: { name, port: typeof wanted === 'number' ? { number: wanted } : { name: port } },
  };
}

function byHost(rules: readonly Rule[]): JsonObject[] {
  const hosts = [...new Set(rules.map(({ host }) => host))];
  return hosts.map((host) => {
    const paths = rules.filter((rule) => rule.host === host).map(({ path }) => path);
    return { ...(host === '' ? {} : { host }), http: { paths } };
  });
}

function tlsOf(rules: readonly Rule[]): JsonObject[] {
  const secrets = [...new Set(rules.flatMap(({ tls }) => (tls === undefined ? [] : [tls])))];
  return secrets.map((secret) => {
    const hosts = rules.filter(({ tls, host }) => tls === secret && host !== '');
    return {
      ...(hosts.length === 0 ? {} : { hosts: [...new Set(hosts.map(({ host }) => host))] }),
      ...(secret === '' ? {} : { secretName: secret }),
    };
  });
}
