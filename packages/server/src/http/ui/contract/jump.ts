/**
 * `GET /api/ui/jump?search=&repository=gh/acme/web`: what the palette finds for a text (web-ui §4.4): repositories of all owners by name, and in
 * the named repository branches by name and commits by the beginning of their id. A few of each, the best first.
 */
export interface JumpAnswer {
  readonly repositories: readonly { readonly service: string; readonly owner: string; readonly name: string }[];
  readonly branches: readonly string[];
  readonly commits: readonly { readonly sha: string; readonly title: string | null }[];
}
