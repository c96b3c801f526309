/**
 * An app outside the repository that has installed the packed package. Nothing is downloaded: the
 * tarball is unpacked, and what it depends on is linked from the repository's own node_modules.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '../..');

export class InstalledApp {
  readonly folder = mkdtempSync(join(tmpdir(), 'drydock-app-'));

  constructor() {
    execFileSync(process.execPath, [join(ROOT, 'scripts/build.js')], { stdio: 'pipe' });
    const packing = ['pack', '--ignore-scripts', '--json', '--pack-destination', this.folder];
    const printed = execFileSync('npm', packing, { cwd: ROOT, stdio: 'pipe', encoding: 'utf8' });
    const [{ filename }] = JSON.parse(printed) as [{ filename: string }];
    const modules = join(this.folder, 'node_modules');
    linkModules(join(ROOT, 'node_modules'), modules);
    const own = join(modules, 'cdk8s-drydock');
    mkdirSync(own);
    const tarball = join(this.folder, filename);
    execFileSync('tar', ['-xzf', tarball, '-C', own, '--strip-components=1']);
    this.write('package.json', '{ "name": "app", "private": true }');
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** Runs Node in the app; what it printed, on both streams. */
  node(...args: string[]): { readonly code: number | null; readonly text: string } {
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, LANG: 'C.UTF-8' };
    const options = { cwd: this.folder, env, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
    return { code: status, text: stdout + stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function linkModules(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name.startsWith('@')) linkModules(join(from, name), join(to, name));
    else if (!name.startsWith('.')) symlinkSync(join(from, name), join(to, name));
  }
}
