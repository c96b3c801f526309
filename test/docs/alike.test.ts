import { asShown, isAlike } from './alike';

describe('What a page shows', () => {
  test('may differ by what chance decides', () => {
    expect(isAlike('web-84d8c64d7f-wkcz8 on a-1 (85)', 'web-7df75dc444-4nw76 on c-2 (92)')).toBe(
      true,
    );
    expect(isAlike('  +13.1s  713 of 53337 lost', '  +13.9s  704 of 53331 lost')).toBe(true);
    expect(isAlike('▒▒▒███  Ready', '▒▒████  Ready')).toBe(true);
  });

  test('may not differ in words, small numbers or by much', () => {
    expect(isAlike('at most 7 pods', 'at most 8 pods')).toBe(false);
    expect(isAlike('713 of 53337 lost', '0 of 53337 lost')).toBe(false);
    expect(isAlike('+50.0s NotReady', '+56.0s NotReady')).toBe(false);
    expect(isAlike('Ready=True', 'Ready=False')).toBe(false);
    expect(isAlike('▒███▚', '▒███')).toBe(false);
  });

  test('leaves lines out only where it says so', () => {
    expect(asShown('a\n...\nd', 'a\nb\nc\nd')).toBe('a\n...\nd');
    expect(asShown('a\nd', 'a\nb\nc\nd')).not.toBe('a\nd');
    expect(asShown('a\nb', 'a\nb\nc')).not.toBe('a\nb');
    expect(asShown('a\n...\nx', 'a\nb')).not.toBe('a\n...\nx');
  });
});
