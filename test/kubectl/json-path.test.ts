import { renderJsonPath, valuesAt } from '../../lib/kubectl/output/json-path';

const POD = {
  kind: 'Pod',
  metadata: {
    name: 'web',
    labels: { 'app.kubernetes.io/name': 'web', tier: 'front' },
    annotations: { 'example.com/note': 'hi' },
  },
  spec: {
    containers: [
      { name: 'web', image: 'web:v1', ports: [{ containerPort: 80 }] },
      { name: 'side', image: 'side:v1', args: ['(a)'] },
      { name: 'log', image: 'log:v1' },
    ],
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True', observedGeneration: 1 },
      { type: 'Initialized', status: 'False', observedGeneration: 2 },
    ],
  },
};

describe('JSONPath', () => {
  test.each([
    ['{.metadata.labels.app\\.kubernetes\\.io/name}', 'web'],
    ["{.metadata.labels['app\\.kubernetes\\.io/name']}", 'web'],
    ['{.metadata.annotations.example\\.com/note}', 'hi'],
    ["{.metadata['labels.tier']}", 'front'],
    ["{.spec.containers[*]['name','image']}", 'web side log web:v1 side:v1 log:v1'],
    ['{.spec.containers[0,2].name}', 'web log'],
    ['{.spec.containers[-1].name}', 'log'],
    ['{.spec.containers[-2:].name}', 'side log'],
    ['{.spec.containers[:2].name}', 'web side'],
    ['{.spec.containers[::2].name}', 'web log'],
    ['{..containerPort}', '80'],
    ['{.spec.containers[?(@.ports)].name}', 'web'],
    ['{.spec.containers[?(@.args[0]=="(a)")].name}', 'side'],
    ["{.spec.containers[?(@.name!='web')].name}", 'side log'],
    ['{.status.conditions[?(@.observedGeneration>=2)].type}', 'Initialized'],
    [
      '{range .spec.containers[*]}{.name}={.image}{"\\n"}{end}',
      'web=web:v1\nside=side:v1\nlog=log:v1\n',
    ],
    [
      '{range .spec.containers[*]}{.name}{range .ports[*]}:{.containerPort}{end} {end}x',
      'web:80 side log x',
    ],
    ['{range .nothing[*]}{.name}{range .ports[*]}x{end}{end}done', 'done'],
    ['{range .spec.containers[*]}{$.name} {end}', 'web side log '],
    ['{.metadata.nothing}|{.kind}', '|Pod'],
    ['{.spec.containers[0]}', '{"image":"web:v1","name":"web","ports":[{"containerPort":80}]}'],
    ['.kind', '.kind'],
  ])('%s', (template, text) => {
    expect(renderJsonPath(template, POD)).toBe(text);
  });

  test.each([
    ['{.spec', 'error parsing jsonpath {.spec, unclosed action'],
    ['{.spec[}', 'error parsing jsonpath {.spec[}, unterminated array'],
    [
      '{.spec.containers[a]}',
      'error parsing jsonpath {.spec.containers[a]}, invalid array index a',
    ],
    ['{#}', "error parsing jsonpath {#}, unrecognized character in action: U+0023 '#'"],
    ['{.spec.containers[7]}', 'array index out of bounds: index 7, length 3'],
    ['{end}', 'not in range, nothing to end'],
    ['{foo}', 'unrecognized identifier foo'],
    ['{.spec.containers[?(@.name==1)]}', 'incompatible types for comparison'],
  ])('refuses %s', (template, why) => {
    expect(() => renderJsonPath(template, POD)).toThrow(why);
  });

  test('takes a path without braces where columns and sorting ask for one', () => {
    for (const path of ['metadata.name', '.metadata.name', '{.metadata.name}', '{metadata.name}']) {
      expect(valuesAt(path, POD)).toEqual(['web']);
    }
    expect(() => valuesAt('{.a}{.b}', POD)).toThrow('unexpected path string');
  });
});
