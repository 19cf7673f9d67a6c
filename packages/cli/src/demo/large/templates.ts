/*
 * What the functions of the demo repository are made of. The first character of a line says what a coverage tool makes of it:
 *
 *   (space) nothing · `=` runs whenever the function does · `!` runs only where something is amiss · `?` a branch, whose second way is that
 *
 * `{thing}`, `{Thing}`, `{things}`, `{Things}`, `{act}`, `{Act}`, `{code}` are filled in.
 */

/** A language of the repository. */
export type Language = 'typescript' | 'python' | 'go';

export const TEMPLATES: Readonly<Record<Language, readonly string[]>> = {
  typescript: [
    ` /** {Act}s a {thing}, or says why that cannot be. */
=export function {act}{Thing}({thing}: {Thing}, limit: number): Outcome<{Thing}> {
?  if ({thing}.weight > limit) {
!    return refuse('{code}_too_heavy', {thing}.weight - limit);
   }
=  const done = { ...{thing}, state: '{act}ed', at: clock.now() } as const;
=  journal.write('{act}', done);
=  return accept(done);
 }`,
    ` /** What all {things} come to, those that were given back aside. */
=export function {act}All{Things}({things}: readonly {Thing}[]): number {
=  let total = 0;
=  for (const {thing} of {things}) {
?    if ({thing}.isReturned) {
!      continue;
     }
=    total += {thing}.weight * {thing}.count;
   }
=  return total;
 }`,
    ` /** Tries to {act} a {thing} until the depot answers; gives up after five times. */
=export async function {act}{Thing}Later({thing}: {Thing}): Promise<Outcome<{Thing}>> {
=  for (let attempt = 1; attempt <= 5; attempt++) {
=    const answer = await depot.{act}({thing});
?    if (answer.kind === 'done') return accept(answer.{thing});
!    log.warn({ attempt, {thing}: {thing}.id }, 'the depot does not answer');
!    await pause(100 * 2 ** attempt);
   }
!  return refuse('{code}_not_reached');
 }`,
    ` /** How a {thing} is called on paper. */
=export function {thing}Label({ kind, id, name }: {Thing}): string {
=  switch (kind) {
=    case 'sealed':
=      return \`{Thing} \${id} (sealed)\`;
!    case 'damaged':
!      return \`{Thing} \${id}, damaged\`;
!    case 'lost':
!      return \`{Thing} \${id}, lost\`;
=    default:
=      return name ?? \`{Thing} \${id}\`;
   }
 }`,
    ` /** Reads a {thing} as partners send it; null for anything else. */
=export function parse{Thing}To{Act}(text: string): {Thing} | null {
=  const fields = text.split(';').map((field) => field.trim());
?  if (fields.length < 4) return null;
=  const [id, name, weight, count] = fields;
=  const parsed = { id, name, weight: Number(weight), count: Number(count) };
?  if (Number.isNaN(parsed.weight)) {
!    log.warn({ text: text.slice(0, 40) }, 'a {thing} without weight');
!    return null;
   }
=  return { ...parsed, kind: 'open', isReturned: false };
 }`,
    ` /** Puts {things} into the order in which they are to be {act}ed. */
=export function orderTo{Act}{Things}({things}: readonly {Thing}[]): {Thing}[] {
=  const heavy = {things}.filter(({ weight }) => weight >= HEAVY);
=  const light = {things}.filter(({ weight }) => weight < HEAVY);
?  if (heavy.length === 0) return [...light].sort(byName);
=  heavy.sort((a, b) => b.weight - a.weight);
=  return [...heavy, ...light.sort(byName)];
 }`,
  ],
  python: [
    `=def {act}_{thing}({thing}, limit):
     """{Act}s a {thing}, or says why that cannot be."""
?    if {thing}.weight > limit:
!        raise TooHeavy({thing}.id, {thing}.weight - limit)
=    {thing}.state = "{act}ed"
=    journal.write("{act}", {thing})
=    return {thing}`,
    `=def {act}_all_{things}({things}):
     """What all {things} come to."""
=    total = 0
=    for {thing} in {things}:
?        if {thing}.is_returned:
!            continue
=        total += {thing}.weight * {thing}.count
=    return total`,
    `=def read_{things}_to_{act}(path):
     """Reads {things} from a table, one a line."""
=    found = []
=    with open(path, encoding="utf-8") as table:
=        for number, line in enumerate(table, start=1):
=            fields = [field.strip() for field in line.split(";")]
?            if len(fields) < 4:
!                warn(path, number, "too few fields")
!                continue
=            found.append({Thing}(*fields[:4]))
=    return found`,
  ],
  go: [
    ` // {Act}{Thing} {act}s a {thing}, or says why that cannot be.
=func {Act}{Thing}(ctx context.Context, {thing} *{Thing}, limit int) error {
?	if {thing}.Weight > limit {
!		return fmt.Errorf("%s is too heavy by %d", {thing}.ID, {thing}.Weight-limit)
 	}
=	{thing}.State = "{act}ed"
=	journal.Write(ctx, "{act}", {thing})
=	return nil
 }`,
    ` // {Act}All{Things} gives what all {things} come to.
=func {Act}All{Things}({things} []{Thing}) int {
=	total := 0
=	for _, {thing} := range {things} {
?		if {thing}.Returned {
!			continue
 		}
=		total += {thing}.Weight * {thing}.Count
 	}
=	return total
 }`,
    ` // Watch{Things} {act}s {things} as they come, until the context ends.
=func Watch{Things}To{Act}(ctx context.Context, {things} <-chan {Thing}) error {
=	for {
=		select {
=		case {thing} := <-{things}:
=			journal.Write(ctx, "{act}", &{thing})
!		case <-ctx.Done():
!			return ctx.Err()
 		}
 	}
 }`,
  ],
};

/** The beginning of every file; no tool looks at it but for imports that run. */
export const HEADERS: Readonly<Record<Language, string>> = {
  typescript: `=import { clock, depot, journal, log, pause } from '@granary/base';
=import { accept, refuse, type Outcome } from '@granary/outcome';
 import type { {Thing} } from './{thing}-model.ts';
 
=const HEAVY = 250;
 
=const byName = (a: {Thing}, b: {Thing}): number => a.name.localeCompare(b.name);`,
  python: ` """{Things} of the granary: what is done when they are {act}ed."""

=from granary import journal
=from granary.errors import TooHeavy, warn
=from granary.model import {Thing}`,
  go: ` // Package {thing} knows {things} and what is done with them.
 package {thing}
 
 import (
 	"context"
 	"fmt"
 
 	"granary.example/agent/journal"
 )`,
};
