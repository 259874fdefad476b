// Bot authors: describe a bot, write handlers.

export type { ApiCall, ApiEnvelope, ApiStream, AppClient, HttpMethod, QueryValue } from './api/call.ts'
export type { BackupProgress, BackupSummary } from './backup/backup-format.ts'
export type { RestoreOptions } from './backup/restore-backup.ts'
export { type BackupOptions, backupDatabase, restoreDatabase } from './bot/backup.ts'
export type { Bot, BotCore, BotWith, HandlerFailure, PluginApis, PluginEventMap } from './bot/bot.ts'
export { type KeyState, keyStatus, rotateKeys } from './bot/encryption-keys.ts'
export { migrateDatabase } from './bot/migrate-database.ts'
export { type Migrations, type MigrationsOptions, openMigrations } from './bot/migrations.ts'
export { type OpenApps, openApps } from './bot/open-apps.ts'
export type { Receive } from './config/app.ts'
export type { AppConfig } from './config/app-config.ts'
// Embedders and tool makers: tracing, the config file, checks.
export type { ConfigFilePlace } from './config/config-file.ts'
export { describeConfig } from './config/describe-config.ts'
export type { ConfigOrigin, OriginKind } from './config/layers.ts'
export type { ConfigSources } from './config/origins.ts'
export type { Retry, RetryDecision, RetryOptions } from './config/retry.ts'
export { type CreateBotOptions, createBot } from './create-bot.ts'
export type { AppSource } from './credentials/app-record.ts'
export type { AppInfo } from './credentials/apps.ts'
export type { AppChange, AppDetails, BotApps, NewApp } from './credentials/bot-apps.ts'
export { makeKeyFile, newEncryptionKey } from './credentials/key-file.ts'
export type { BrokenRow, RotationOptions, RotationProgress, RotationResult } from './credentials/rotate-keys.ts'
export type { TokenState } from './credentials/token-row.ts'
export type {
  AuthorizationCode,
  UserGrant,
  UserIdentity,
  UserToken,
  UserTokenSource,
  UserTokens,
} from './credentials/user-tokens.ts'
export type {
  CallbackAnswers,
  CallbackCard,
  CallbackHandler,
  CallbackOptions,
  CallbackToast,
  CardActionAnswer,
  PlatformCallback,
  UrlPreviewAnswer,
} from './dispatch/callback-contract.ts'
export type { DeclaredJob, JobDefinition, JobHandler, JobRun, JobScheduler } from './dispatch/job.ts'
export type {
  EventHandler,
  HandlerOptions,
  Middleware,
  NextResult,
  PlatformEvent,
  Remove,
  WaitAnswer,
  WaitOptions,
  WakeOptions,
} from './dispatch/platform-event.ts'
export type { EnqueueOptions, Task, TaskDefinition, TaskRun } from './dispatch/task.ts'
export { defineErrors, type ErrorMaker, type ErrorOccurrence, type ErrorRow } from './errors/define-errors.ts'
export {
  type ErrorCategory,
  isLarkspurError,
  LarkspurError,
  type LarkspurErrorDetail,
  type PlatformAnswer,
} from './errors/larkspur-error.ts'
export type { KernelOptions, KernelOptionsInput } from './generated/kernel-options.ts'
export type { PlatformCallbacks, PlatformEvents } from './generated/platform-events.ts'
export type { BotStatus, HealthAnswer, HealthStatus, PartStatus } from './http/health.ts'
export type { Route, RouteMatch } from './http/routes.ts'
export type { EventHeader } from './inbox/envelope.ts'
export type { Alarm, Notifier } from './observe/alarm.ts'
export type { ConnectionState, KernelFacts } from './observe/event-bus.ts'
export type { Log, LogFields, LogLevel } from './observe/log.ts'
export type {
  Counter,
  CounterArguments,
  Gauge,
  Histogram,
  HistogramDefinition,
  HistogramLabelValues,
  LabelsOf,
  LabelValues,
  MetricDefinition,
  Metrics,
} from './observe/metrics.ts'
export { type CallTrace, type EventTrace, type HandlerTrace, traces } from './observe/tracing.ts'
export { type BotConfig, defineConfig, type LoadedConfig, loadConfigFile } from './plugin/define-config.ts'
export type {
  AnyPluginFactory,
  CheckedPlugins,
  CommandContext,
  EventNames,
  Needed,
  NoEvents,
  OptionalUse,
  Plugin,
  PluginCommand,
  PluginDefinition,
  PluginFactory,
  UsedApis,
  UsedEvents,
  Uses,
} from './plugin/define-plugin.ts'
// Plugin authors: define a plugin, its errors and events.
export { definePlugin, eventMap, optional } from './plugin/define-plugin.ts'
export { type ExplainedConfig, explainConfig } from './plugin/explain-config.ts'
export { type CommandBot, type CommandLine, type DeclaredCommand, pluginCommands } from './plugin/plugin-commands.ts'
export type {
  Connected,
  Contracts,
  Observe,
  On,
  OnCallback,
  PluginCredentials,
  SetupContext,
  SetupWith,
} from './plugin/setup-context.ts'
export type { Database, Flavour } from './storage/database.ts'
export type { DownChoice, StepToUndo } from './storage/migration-down.ts'
export type { Migration, MigrationContext, MigrationState, UntypedTables } from './storage/migrator.ts'
