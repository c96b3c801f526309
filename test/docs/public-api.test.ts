/**
 * What the package exports says what it is where editors look for it: in comments that begin with
 * two stars. Reads the types as the compiler has them, from the entry points of the package.
 */
import { join, relative } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '../..');
const ENTRY_POINTS = ['index', 'testing/index', 'testing/jest', 'validation/index'];

/** Something exported, or a part of it, and the name by which people know it. */
interface Public {
  readonly name: string;
  readonly node: ts.Node;
}

function program(): ts.Program {
  const path = join(ROOT, 'tsconfig.json');
  const settings = ts.readConfigFile(path, (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(settings.config, ts.sys, ROOT);
  const roots = ENTRY_POINTS.map((name) => join(ROOT, 'lib', `${name}.ts`));
  return ts.createProgram(roots, options);
}

/** All that the entry points export and all that people can reach on it. */
function publicParts(): Public[] {
  const compiled = program();
  const checker = compiled.getTypeChecker();
  const found = new Map<ts.Node, Public>();
  const resolved = (symbol: ts.Symbol): ts.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const visit = (symbol: ts.Symbol): void => {
    for (const node of symbol.declarations ?? []) {
      const { fileName } = node.getSourceFile();
      if (found.has(node) || !fileName.startsWith(join(ROOT, 'lib'))) continue;
      found.set(node, { name: symbol.name, node });
      if (!ts.isClassDeclaration(node) && !ts.isInterfaceDeclaration(node)) continue;
      for (const part of partsOf(node)) found.set(part.node, part);
      for (const base of node.heritageClauses?.flatMap(({ types }) => [...types]) ?? []) {
        const type = checker.getSymbolAtLocation(base.expression);
        if (type !== undefined) visit(resolved(type));
      }
    }
  };
  for (const name of ENTRY_POINTS) {
    const file = compiled.getSourceFile(join(ROOT, 'lib', `${name}.ts`))!;
    const entry = checker.getSymbolAtLocation(file);
    if (entry !== undefined) checker.getExportsOfModule(entry).map(resolved).forEach(visit);
  }
  return [...found.values()];
}

function partsOf(node: ts.ClassDeclaration | ts.InterfaceDeclaration): Public[] {
  const own = node.name?.text ?? '';
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected | ts.ModifierFlags.Override;
  const isShown = (part: ts.Declaration): boolean =>
    (ts.getCombinedModifierFlags(part) & hidden) === 0;
  return [...node.members].flatMap((member: ts.ClassElement | ts.TypeElement): Public[] => {
    if (ts.isConstructorDeclaration(member)) {
      return member.parameters
        .filter((each) => ts.isParameterPropertyDeclaration(each, member) && isShown(each))
        .map((each) => ({ name: `${own}.${each.name.getText()}`, node: each }));
    }
    if (member.name === undefined || !isShown(member)) return [];
    return [{ name: `${own}.${member.name.getText()}`, node: member }];
  });
}

const place = ({ name, node }: Public): string =>
  `${name} (${relative(ROOT, node.getSourceFile().fileName)})`;

/** A constant's comment stands before its whole statement. */
const isDescribed = ({ node }: Public): boolean =>
  ts.getJSDocCommentsAndTags(node).some((each) => ts.isJSDoc(each) && each.comment !== undefined);

const saysItsDefault = ({ node }: Public): boolean =>
  ts.getJSDocTags(node).some(({ tagName, comment }) => tagName.text === 'default' && comment);

describe('what the package exports', () => {
  const parts = publicParts();

  it('is found', () => expect(parts.length).toBeGreaterThan(400));

  it('says what it is', () => {
    expect(parts.filter((part) => !isDescribed(part)).map(place)).toEqual([]);
  });

  it('says of everything optional what it is by default', () => {
    const optional = parts.filter(
      ({ node }) => ts.isPropertySignature(node) && node.questionToken !== undefined,
    );
    expect(optional.length).toBeGreaterThan(100);
    expect(optional.filter((part) => !saysItsDefault(part)).map(place)).toEqual([]);
  });
});
