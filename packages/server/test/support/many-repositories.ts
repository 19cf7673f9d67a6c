/**
 * A statement that fills an owner ($1, its id) with $2 repositories `service-00001` …: a commit a week over a quarter each, every seventh
 * not set up. Uploading as much would take longer than any test may; only what lists show is there, no report can be opened.
 */
export const MANY_REPOSITORIES = `
  with made as (
    insert into repositories (owner_id, name, is_private, is_active)
    select $1::bigint, 'service-' || lpad(number::text, 5, '0'), number % 2 = 0, number % 7 <> 0
    from generate_series(1, $2::int) as number
    returning id, name, is_active, right(name, 5)::int as number
  ), branched as (
    insert into branches (repository_id, name, head_sha)
    select id, 'main', repeat('0', 40) from made where is_active
  )
  insert into commits (
    repository_id, sha, branch, message, author_name, committed_at, state, wanted_generation, merged_generation, report_key, sessions,
    files, lines, hits, partials, misses
  )
  select
    id, lpad(to_hex(number), 8, '0') || lpad(to_hex(week), 32, '0'), 'main', 'Week ' || week, 'Mira Holt',
    now() - make_interval(days => week * 7 + number % 19, mins => number % 60), 'complete', 1, 1, 'none', 1,
    12, lines, hits, (lines - hits) / 3, lines - hits - (lines - hits) / 3
  from made
  cross join generate_series(0, 12) as week
  cross join lateral (select 400 + number % 5000 as lines) size
  cross join lateral (select lines * (40 + (number * 37 + 25 - week) % 60) / 100 as hits) covered
  where is_active
`;
