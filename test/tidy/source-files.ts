/** The project's own TypeScript, as the rules below see it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';

export const ROOT = resolve(__dirname, '../..');

export interface SourceFile {
  /** Relative to the project, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Imports as they are written. */
  readonly imports: readonly { readonly from: string; readonly typeOnly: boolean }[];
}

export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => read(join(ROOT, folder, name)));
}

function read(file: string): SourceFile {
  const text = readFileSync(file, 'utf8');
  const parsed = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  const imports: { from: string; typeOnly: boolean }[] = [];
  parsed.forEachChild((node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      const from = (node.moduleSpecifier as ts.StringLiteral).text;
      const typeOnly = ts.isImportDeclaration(node)
        ? node.importClause?.isTypeOnly === true
        : node.isTypeOnly;
      imports.push({ from, typeOnly });
    }
  });
  return { path: relative(ROOT, file).replace(/\\/g, '/'), text, imports };
}

/** Where an import leads, relative to the project; a package's name for what is not ours. */
export function target(file: SourceFile, from: string): string {
  if (!from.startsWith('.')) return from;
  return relative(ROOT, resolve(ROOT, file.path, '..', from)).replace(/\\/g, '/');
}

/** The text without comments and string contents, so that words in prose are not code. */
export function codeOf(file: SourceFile): string {
  const scanner = ts.createScanner(
    ts.ScriptTarget.ES2022,
    true,
    ts.LanguageVariant.Standard,
    file.text,
  );
  const parts: string[] = [];
  let template = 0;
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    if (kind === ts.SyntaxKind.TemplateHead) template++;
    if (kind === ts.SyntaxKind.CloseBraceToken && template > 0) {
      const again = scanner.reScanTemplateToken(false);
      if (again === ts.SyntaxKind.TemplateTail) template--;
      continue;
    }
    if (
      kind === ts.SyntaxKind.StringLiteral ||
      kind === ts.SyntaxKind.NoSubstitutionTemplateLiteral
    ) {
      parts.push("''");
    } else parts.push(scanner.getTokenText());
  }
  return parts.join(' ');
}
