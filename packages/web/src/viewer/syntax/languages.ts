import type { Parser } from '@lezer/common';
import type { LanguageFn } from 'highlight.js';

/** Who finds the colours of a language: a grammar of lezer, or for the rarer ones highlight.js. Each is loaded when it is first needed. */
export type Language =
  | { readonly kind: 'lezer'; readonly load: () => Promise<Parser> }
  | { readonly kind: 'highlight'; readonly name: string; readonly load: () => Promise<LanguageFn> };

/** The language of a file by its name; null = shown plain. */
export function languageOf(path: string): Language | null {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const ending = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : name;
  return LANGUAGES.get(ending) ?? null;
}

const javascript = (dialect: string): Language => ({
  kind: 'lezer',
  load: async () => (await import('@lezer/javascript')).parser.configure({ dialect }),
});

const highlight = (name: string, load: () => Promise<{ readonly default: LanguageFn }>): Language => ({
  kind: 'highlight',
  name,
  load: async () => (await load()).default,
});

const lezer = (load: () => Promise<{ readonly parser: Parser }>): Language => ({
  kind: 'lezer',
  load: async () => (await load()).parser,
});

const LANGUAGES: ReadonlyMap<string, Language> = new Map(
  (
    [
      ['js mjs cjs', javascript('')],
      ['jsx', javascript('jsx')],
      ['ts mts cts', javascript('ts')],
      ['tsx vue svelte', javascript('jsx ts')],
      ['py pyi pyw', lezer(() => import('@lezer/python'))],
      ['java', lezer(() => import('@lezer/java'))],
      ['c h cc cpp cxx hpp hh hxx m mm', lezer(() => import('@lezer/cpp'))],
      ['rs', lezer(() => import('@lezer/rust'))],
      ['go', lezer(() => import('@lezer/go'))],
      ['php phtml', lezer(() => import('@lezer/php'))],
      ['css', lezer(() => import('@lezer/css'))],
      ['html htm', lezer(() => import('@lezer/html'))],
      ['json webmanifest', lezer(() => import('@lezer/json'))],
      ['xml xsd xsl xslt svg csproj', lezer(() => import('@lezer/xml'))],
      ['yaml yml', lezer(() => import('@lezer/yaml'))],
      ['cs', highlight('csharp', () => import('highlight.js/lib/languages/csharp'))],
      ['fs fsx fsi', highlight('fsharp', () => import('highlight.js/lib/languages/fsharp'))],
      ['vb', highlight('vbnet', () => import('highlight.js/lib/languages/vbnet'))],
      ['rb rake gemspec rakefile', highlight('ruby', () => import('highlight.js/lib/languages/ruby'))],
      ['kt kts', highlight('kotlin', () => import('highlight.js/lib/languages/kotlin'))],
      ['swift', highlight('swift', () => import('highlight.js/lib/languages/swift'))],
      ['scala sc', highlight('scala', () => import('highlight.js/lib/languages/scala'))],
      ['groovy gradle', highlight('groovy', () => import('highlight.js/lib/languages/groovy'))],
      ['lua', highlight('lua', () => import('highlight.js/lib/languages/lua'))],
      ['pl pm t', highlight('perl', () => import('highlight.js/lib/languages/perl'))],
      ['r', highlight('r', () => import('highlight.js/lib/languages/r'))],
      ['ex exs', highlight('elixir', () => import('highlight.js/lib/languages/elixir'))],
      ['erl hrl', highlight('erlang', () => import('highlight.js/lib/languages/erlang'))],
      ['hs', highlight('haskell', () => import('highlight.js/lib/languages/haskell'))],
      ['ml mli', highlight('ocaml', () => import('highlight.js/lib/languages/ocaml'))],
      ['clj cljs cljc', highlight('clojure', () => import('highlight.js/lib/languages/clojure'))],
      ['dart', highlight('dart', () => import('highlight.js/lib/languages/dart'))],
      ['jl', highlight('julia', () => import('highlight.js/lib/languages/julia'))],
      ['d', highlight('d', () => import('highlight.js/lib/languages/d'))],
      ['nim', highlight('nim', () => import('highlight.js/lib/languages/nim'))],
      ['sh bash zsh bats', highlight('bash', () => import('highlight.js/lib/languages/bash'))],
      ['ps1 psm1', highlight('powershell', () => import('highlight.js/lib/languages/powershell'))],
      ['sql', highlight('sql', () => import('highlight.js/lib/languages/sql'))],
      ['scss', highlight('scss', () => import('highlight.js/lib/languages/scss'))],
      ['less', highlight('less', () => import('highlight.js/lib/languages/less'))],
      ['coffee', highlight('coffeescript', () => import('highlight.js/lib/languages/coffeescript'))],
      ['f f90 f95 f03 f08', highlight('fortran', () => import('highlight.js/lib/languages/fortran'))],
      ['pas pp', highlight('delphi', () => import('highlight.js/lib/languages/delphi'))],
      ['v sv', highlight('verilog', () => import('highlight.js/lib/languages/verilog'))],
      ['vhd vhdl', highlight('vhdl', () => import('highlight.js/lib/languages/vhdl'))],
      ['toml ini cfg', highlight('ini', () => import('highlight.js/lib/languages/ini'))],
      ['dockerfile', highlight('dockerfile', () => import('highlight.js/lib/languages/dockerfile'))],
      ['makefile mk', highlight('makefile', () => import('highlight.js/lib/languages/makefile'))],
      ['tcl', highlight('tcl', () => import('highlight.js/lib/languages/tcl'))],
      ['adb ads', highlight('ada', () => import('highlight.js/lib/languages/ada'))],
    ] as const
  ).flatMap(([endings, language]) => endings.split(' ').map((ending) => [ending, language] as const)),
);
