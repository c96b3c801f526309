import { codeOf, sourceFiles } from './source-files';

/** What would make two runs differ, or hide time from the clock, and what to use instead. */
const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\bDate\b\s*\.\s*now|new\s+Date\s*\(\s*\)/, 'the Clock'],
  [/\bMath\s*\.\s*random\b/, "Random.fork('name')"],
  [/\brandomUUID\b/, 'Random.uuid()'],
  [/\b(setTimeout|setInterval|setImmediate|queueMicrotask|nextTick)\b/, 'Clock.timer()'],
  [/\bperformance\s*\./, 'nothing: the core has no use for real time'],
  [/\b(async|await|Promise)\b/, 'a synchronous function'],
  [/\b(localeCompare|Intl|toLocale\w+)\b/, 'the < operator'],
  [/\bconsole\s*\./, 'the Trace'],
  [/\bprocess\s*\.\s*env\b/, 'an option'],
];

describe('The core', () => {
  test.each(BANNED)('has no %s', (pattern, replacement) => {
    const found = sourceFiles('lib/orchestrator')
      .filter((file) => pattern.test(codeOf(file)))
      .map((file) => `${file.path}: use ${replacement}`);
    expect(found).toEqual([]);
  });

  test('leaves no unfinished business', () => {
    const found = sourceFiles('lib')
      .filter((file) => /\b(TODO|FIXME|XXX)\b|@ts-ignore|@ts-nocheck/.test(file.text))
      .map((file) => file.path);
    expect(found).toEqual([]);
  });

  test('opens every file with what it stands for', () => {
    const found = sourceFiles('lib')
      .filter((file) => !/^(#!.*\n)?\/\*\*/.test(file.text))
      .map((file) => file.path);
    expect(found).toEqual([]);
  });
});
