import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { CIS, snippetText, waysOf } from './ci-list.ts';
import { CI_NAMES, groovyText, shellWord, yamlText, type SnippetFacts } from './snippet.ts';
import { TEST_COMMANDS, TEST_TOOLS } from './test-commands.ts';

const FACTS: SnippetFacts = {
  address: 'https://thatch.example/sub',
  token: '11111111-2222-4333-8444-555555555555',
  repository: 'gh/acme/web',
  test: TEST_COMMANDS.vitest,
};

/** Every text that can be shown. */
const ALL = CI_NAMES.flatMap((ci) =>
  [FACTS.repository, 'git/acme/web', null].flatMap((repository) =>
    waysOf(ci, repository).flatMap((way) =>
      TEST_TOOLS.map((tool) => ({
        name: `${ci}, ${way}, ${tool}, ${repository ?? 'any repository'}`,
        ci,
        way,
        text: snippetText(ci, way, { ...FACTS, repository, test: TEST_COMMANDS[tool] }),
      })),
    ),
  ),
);

test('files of CI systems hold the name of a secret, never the token', () => {
  const leaking = ALL.filter(({ ci, text }) => CIS[ci].file !== null && text.includes(FACTS.token));
  expect(leaking.map(({ name }) => name)).toEqual([]);
});

test('texts for a shell hold the token, once, and check on their first line that the report is there', () => {
  for (const { ci, text } of ALL.filter(({ ci }) => CIS[ci].file === null)) {
    expect(text.split(FACTS.token), ci).toHaveLength(2);
    expect(text.split('\n')[0]).toMatch(/\[ -s "\$report" \] \|\| \{ echo ".*" >&2; exit 2; \}$/);
  }
});

test('nothing in them would be expanded by an interactive shell', () => {
  expect(ALL.filter(({ ci, text }) => CIS[ci].file === null && text.includes('!')).map(({ name }) => name)).toEqual([]);
});

test('those that are YAML are read as YAML, whatever tool writes the report', () => {
  for (const { name, ci, text } of ALL) {
    if (CIS[ci].file?.endsWith('.yml') !== true) continue;
    expect(() => parse(text, { strict: true }), name).not.toThrow();
  }
});

test('every CI offers the command of the server first, which sends sources and files', () => {
  for (const ci of CI_NAMES) {
    expect(waysOf(ci, null)[0]).toBe('thatch');
    expect(snippetText(ci, 'thatch', FACTS)).toMatch(/\/cli\/thatch\.mjs[^]*upload/);
  }
});

test('codecov-cli is offered only where it has a word for the forge', () => {
  expect(waysOf('other-ci', 'ghe/acme/web')).toEqual(['thatch', 'curl', 'codecov-cli']);
  expect(waysOf('other-ci', 'git/acme/web')).toEqual(['thatch', 'curl']);
  expect(waysOf('gitlab-ci', 'gt/acme/web')).toEqual(['thatch', 'curl', 'oidc']);
});

test('the address of the installation stands in every text, with its path', () => {
  expect(ALL.filter(({ text }) => !text.includes(FACTS.address)).map(({ name }) => name)).toEqual([]);
});

describe('names that a shell, YAML or Groovy would read', () => {
  const odd = `it's "odd" $(id) \\ #1: x`;

  test('stand in quotes', () => {
    expect(shellWord(odd)).toBe(`'it'\\''s "odd" $(id) \\ #1: x'`);
    expect(parse(`a: ${yamlText(odd)}`)).toEqual({ a: odd });
    expect(groovyText(odd)).toBe(`'it\\'s "odd" $(id) \\\\ #1: x'`);
  });

  test.each(['x$(id)', 'x`id`', 'x${{github.token}}', 'x!1'])('a repository called %s stands in no text', (name) => {
    for (const ci of CI_NAMES) {
      for (const repository of [`git/acme/${name}`, `gh/acme/${name}`]) {
        for (const way of waysOf(ci, repository)) {
          const text = snippetText(ci, way, { ...FACTS, repository });
          expect(text, `${ci}, ${way}`).not.toContain(name);
          expect(text, `${ci}, ${way}`).toBe(snippetText(ci, way, { ...FACTS, repository: null }));
        }
      }
    }
  });

  test('a repository called c++ is one in an address, too', () => {
    for (const ci of CI_NAMES) {
      if (CIS[ci].ways.curl === undefined) continue;
      const text = snippetText(ci, 'curl', { ...FACTS, repository: 'gl/group:sub/c++' });
      expect(text, ci).toMatch(/repo='?gl\/group:sub\/c%2B%2B/);
    }
  });

  test('plain ones stay as they are', () => {
    expect(shellWord('https://thatch.example/cli')).toBe('https://thatch.example/cli');
    expect(yamlText('https://thatch.example')).toBe('https://thatch.example');
    expect(yamlText('on')).toBe('"on"');
  });
});
