import { KEYS, PROVIDER_SECTIONS, isKeyName } from './keys.ts';

/*
 * Names of install-config §4–8 that no code uses: so that a file of the compatible system is not called wrong. `*` is any one name, `**`
 * everything below. When code begins to use a key it moves to `keys.ts`.
 */

/** First names that make an environment variable configuration (install-config §2). */
export const SECTIONS: ReadonlySet<string> = new Set(
  `setup services site github github_enterprise gitlab gitlab_enterprise bitbucket bitbucket_server additional_user_yamls
   compatibility migrations django bundle_analysis cleanup circleci gen_ai sentry thatch`.split(/\s+/),
);

/** What a name means to this program. */
export type Meaning =
  | { readonly kind: 'used' }
  /** Known, and no code needs it yet. */
  | { readonly kind: 'unused' }
  /** Known, and no code ever will. */
  | { readonly kind: 'ignored'; readonly reason: string }
  /** Refused: the installation would not do what the file asks. */
  | { readonly kind: 'refused'; readonly code: string; readonly statement: string; readonly fix: string }
  /** The beginning of known names. */
  | { readonly kind: 'branch' }
  | { readonly kind: 'unknown' };

const UNUSED = names(`
  setup: webhook_url api_allowed_hosts trusted_origin disable_git_based_login push_webhook_ignore_repo_names secure_cookie http.cookies_domain http.timeouts.connect http.timeouts.receive
    http.timeouts.external upload_breadcrumbs.retention.** cache.yaml cache.tree cache.diff cache.send_status_notification
    tasks.celery.default_queue tasks.celery.soft_timelimit tasks.celery.hard_timelimit tasks.celery.prefetch
    tasks.celery.worker_max_memory_per_child tasks.celery.worker_soft_shutdown_timeout tasks.celery.max_retries
    tasks.celery.retry_backoff_base tasks.celery.retry_fixed_delay tasks.*.queue tasks.*.timeout tasks.*.soft_timelimit
    tasks.*.hard_timelimit tasks.*.interval_seconds tasks.*.enabled celery_beat_enabled database.read_replica_enabled timeseries.enabled
    encryption_secret encryption.** okta.**
  services: database.conn_max_age database_read_url database_read.** celery_broker minio.** chosen_storage aws.** gcp.** ci_providers
    notifications.** smtp.** gravatar
  site: **
  additional_user_yamls: **
  compatibility: flag_pattern_matching
  migrations: skip_risky_steps
  bundle_analysis: bucket_name
  cleanup: delete_chunk_size
  django: admin_url
  thatch: listen.admin_host listen.tls.** metrics.** worker.queues worker.child_max_rss_mb web.processes database.direct_url storage.**
    test_analytics.** ci.check_runs notify.** comment.** queue.public mcp.enabled retention.** sso.** admin.path admin.allow
    notifications.allow_private proxy.also_for upgrade.auto_migrate spool.enabled spool.max_bytes redis.** site_profile yaml_legacy_keys
    yaml_mode errors.sentry_dsn instance_name providers.*.parity_tokens providers.*.internal_visible
`).concat(
  PROVIDER_SECTIONS.flatMap((section) =>
    `client_id client_secret redirect_uri url api_url host_override api_host_override scope verify_ssl ssl_pem gitlab_enterprise_ssl_pem pem
     pem.** integration.** dedicated_apps.** webhook_secret webhook_validation bot.** bots.** actions_token organizations teams
     integration_id_enabled webhook_secret_enabled`
      .split(/\s+/)
      .map((name) => `${section}.${name}`),
  ),
);

const ADAPTS = 'uploads are read as they come, with no batches to tune';
const NO_VENDOR = "it belongs to the vendor's own service";

const IGNORED: readonly (readonly [string, string])[] = [
  ...ignored('there are no licence keys here', 'setup: enterprise_license'),
  ...ignored('nothing is sent to anybody', 'setup: telemetry.**'),
  ...ignored(
    'bodies are streamed; the limits are thatch.limits.*',
    'setup: http.upload_max_memory_size http.file_upload_max_memory_size',
  ),
  ...ignored('the database is the journal of uploads, which never expire in it', 'setup: cache.chunks cache.uploads'),
  ...ignored(
    ADAPTS,
    'setup: upload_debounce_limit upload_throttling_enabled tasks.upload.** tasks.bundle_analysis.** tasks.lock_timeout tasks.blocking_timeout',
  ),
  ...ignored(
    'work is always done at least once, and taken over in seconds',
    `setup: tasks.celery.acks_late tasks.celery.reject_on_worker_lost tasks.celery.visibility_timeout
       tasks.celery.visibility_timeout_with_acks_late tasks.celery.visibility_timeout_without_acks_late`,
  ),
  ...ignored(
    'there are no plans and no queues of plans',
    'setup: tasks.celery.enterprise tasks.*.enterprise tasks.enterprise_queues celery_queues_enabled enterprise_queues_enabled',
  ),
  ...ignored(
    'queue lengths are always published',
    'setup: health_check.** redis_admin.** log_context.** tasks.celery.worker_send_task_events tasks.celery.task_send_sent_event',
  ),
  ...ignored('there is no GraphQL', 'setup: graphql.**'),
  ...ignored(
    'test analytics are always on and need no store of their own',
    'setup: ta_timeseries.** cache_rollup.** timeseries.read_replica_enabled timeseries.real_time_aggregates timeseries.backfill_max_batch_size',
  ),
  ...ignored(
    'trends and test analytics live in services.database_url',
    `services: timeseries_database_url timeseries_database.** timeseries_database_read_url timeseries_database_read.**
       ta_timeseries_database_url ta_timeseries_database.**`,
  ),
  ...ignored('connections are always checked', 'services: database.conn_health_checks'),
  ...ignored('that service is dead', 'services: avatars.**'),
  ...ignored(
    NO_VENDOR,
    `setup: slack_app legacy_report_style skip_feature_cache upload_breadcrumbs.gcp_log_links_enabled save_report_data_in_storage.**
       media.** pubsub.** marketo.** shelter.** shelter_enabled shelter_shared_secret stripe.** sentry.**
     services: external_dependencies_folder google_analytics_key github_marketplace.** stripe.** sentry.** openai.** vsc_cache.**
       owner_export.**
     github: student_disabled ai_features_app_id sentry_merge_app_id comment_action_bot_name
     django: secret_key
     cleanup: eager_eval_threshold
     circleci: **
     gen_ai: **
     sentry: **`,
  ),
];

const REFUSED: Readonly<Record<string, Meaning & { kind: 'refused' }>> = {
  'services.rabbitmq_url': {
    kind: 'refused',
    code: 'CFG-121',
    statement: 'is set, but RabbitMQ is not supported',
    fix: 'remove it: the job journal is in the database',
  },
};

const ALL: readonly string[] = [
  ...Object.keys(KEYS),
  ...Object.keys(REFUSED),
  ...IGNORED.map(([name]) => name),
  ...UNUSED,
];

/** What a dotted name means. */
export function meaningOf(name: string): Meaning {
  if (isKeyName(name)) return { kind: 'used' };
  if (Object.hasOwn(REFUSED, name)) return REFUSED[name];
  const segments = name.split('.');
  const reason = IGNORED.find(([pattern]) => matches(pattern.split('.'), segments))?.[1];
  if (reason !== undefined) return { kind: 'ignored', reason };
  // A beginning goes first: below `thatch.retention.**` there are also used names.
  if (isBranch(segments)) return { kind: 'branch' };
  if (UNUSED.some((pattern) => matches(pattern.split('.'), segments))) return { kind: 'unused' };
  return { kind: 'unknown' };
}

/** The known name that is most like an unknown one, or null when none is like it. */
export function nearestName(name: string): string | null {
  let best: string | null = null;
  let least = Math.min(4, Math.floor(name.length / 4) + 1);
  for (const known of ALL) {
    if (known.includes('*') || Math.abs(known.length - name.length) > least) continue;
    const distance = editDistance(known, name);
    if (distance < least || (distance === least && best === null)) [best, least] = [known, distance];
  }
  return best;
}

function isBranch(segments: readonly string[]): boolean {
  return ALL.some((known) => {
    const pattern = known.split('.');
    return (
      pattern.length > segments.length &&
      segments.every((segment, index) => pattern[index] === '*' || pattern[index] === segment) &&
      !(pattern[segments.length] === '**' && !hasUsedBelow(segments))
    );
  });
}

// `minio.**` holds only what is passed over, so nobody needs to look into it.
function hasUsedBelow(segments: readonly string[]): boolean {
  const prefix = `${segments.join('.')}.`;
  return Object.keys(KEYS).some((known) => known.startsWith(prefix));
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  const isOpen = pattern.at(-1) === '**';
  const fixed = isOpen ? pattern.slice(0, -1) : pattern;
  if (isOpen ? segments.length < fixed.length : segments.length !== fixed.length) return false;
  return fixed.every((part, index) => part === '*' || part === segments[index]);
}

function ignored(reason: string, text: string): (readonly [string, string])[] {
  return names(text).map((name) => [name, reason] as const);
}

// "section: name name" → "section.name" …
function names(text: string): string[] {
  let section = '';
  return text.split(/\s+/).flatMap((word) => {
    if (word === '') return [];
    if (!word.endsWith(':')) return [`${section}.${word}`];
    section = word.slice(0, -1);
    return [];
  });
}

function editDistance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const change = previous[column - 1] + (one[row - 1] === other[column - 1] ? 0 : 1);
      current.push(Math.min(change, previous[column] + 1, current[column - 1] + 1));
    }
    previous = current;
  }
  return previous[other.length];
}
