import { defineErrors } from './define-errors.ts'
import { storageErrors } from './storage-errors.ts'

/**
 * Every error that the kernel throws. The prefix names the folder: CONFIG, PLUGIN, STORAGE, BACKUP, CREDENTIAL, API, INBOX,
 * DISPATCH, CONNECTION, WEBHOOK, HTTP, BOT. docs/errors.md is generated from these rows.
 */
export const coreError = defineErrors({
  // config
  CONFIG_INVALID: {
    category: 'config',
    meaning: 'The configuration has one or more problems; each is listed with its path.',
    hint: 'Correct the listed options; docs/config.md has all of them.',
  },
  CONFIG_FILE_NOT_FOUND: {
    category: 'config',
    meaning: 'No bot.config file was found.',
    hint: 'Create bot.config.ts with `export default defineConfig({ … })`, or give its path.',
  },
  CONFIG_FILE_BROKEN: {
    category: 'config',
    meaning: 'The bot.config file could not be loaded.',
    hint: 'Correct the error named in the message.',
  },
  CONFIG_FILE_NO_EXPORT: {
    category: 'config',
    meaning: 'The bot.config file has no configuration as its default export.',
    hint: 'End it with `export default defineConfig({ … })`.',
  },
  CONFIG_SECRET_FILE_UNREADABLE: {
    category: 'config',
    meaning: 'A file named by an environment variable ending in _FILE could not be read.',
    hint: 'Check that the file exists and that this user may read it.',
  },
  CONFIG_NODE_TOO_OLD: {
    category: 'config',
    meaning: 'This Node.js is older than Larkspur supports.',
    hint: 'Install Node.js 24 or newer.',
  },
  // plugin
  PLUGIN_MISSING: {
    category: 'config',
    meaning: 'A plugin uses another plugin that is not in the list.',
    hint: 'Add the missing plugin to `plugins`.',
  },
  PLUGIN_DUPLICATE: {
    category: 'config',
    meaning: 'Two plugins in the list have the same name.',
    hint: 'Remove one of them.',
  },
  PLUGIN_NAME_INVALID: {
    category: 'config',
    meaning: 'A plugin name is not lower-case kebab-case, or is a name that the bot itself uses.',
    hint: 'Choose another name: a-z, 0-9 and hyphens, beginning with a letter.',
  },
  PLUGIN_NOT_A_PLUGIN: {
    category: 'config',
    meaning: 'A value in `plugins` is not a plugin.',
    hint: 'Call the factory: `plugins: [messaging()]`, not `[messaging]`.',
  },
  PLUGIN_CYCLE: {
    category: 'config',
    meaning: 'Plugins use each other in a circle.',
    hint: 'Remove one `uses`, or make it optional.',
  },
  PLUGIN_OPTIONS_INVALID: {
    category: 'config',
    meaning: 'Options given to a plugin have one or more problems; each is listed with its path.',
    hint: "Correct the listed options; the plugin's README has all of them.",
  },
  PLUGIN_PHASE_FAILED: {
    category: 'internal',
    meaning: 'A plugin threw in one of its lifecycle phases.',
    hint: 'See the cause; the plugin named in the message has to be corrected or left out.',
  },
  PLUGIN_PHASE_TIMEOUT: {
    category: 'timeout',
    meaning: 'A plugin did not finish one of its lifecycle phases in time.',
    hint: 'Look for a promise that never settles, or raise `lifecycle.phaseTimeoutMs`.',
  },
  PLUGIN_REGISTERED_TOO_LATE: {
    category: 'config',
    meaning: 'A handler, job, task, metric, route or hook was registered after set-up had ended.',
    hint: 'Register inside `setup`, or on the bot before `start()`.',
  },
  PLUGIN_REGISTRATION_INVALID: {
    category: 'config',
    meaning: 'A registration was made with a wrong name or without a function, or a name is taken.',
    hint: 'Correct the call named in the message.',
  },
  PLUGIN_TWO_CORES: {
    category: 'config',
    meaning: 'A plugin was made by another copy of @larkspur/core than the bot.',
    hint: 'Install one copy: plugins declare @larkspur/core as a peer dependency; run `npm ls @larkspur/core`.',
  },
  ...storageErrors,
  // credentials
  CREDENTIAL_APP_ID_INVALID: {
    category: 'config',
    meaning: 'An app id does not have the shape cli_ and 16 hex digits.',
    hint: 'Copy the App ID from the developer console, page Credentials & Basic Info.',
  },
  CREDENTIAL_APP_UNKNOWN: {
    category: 'input',
    meaning: 'The named app is not configured.',
    hint: 'Use one of the listed apps, or add the app.',
  },
  CREDENTIAL_APP_DISABLED: {
    category: 'input',
    meaning: 'The named app is configured but disabled.',
    hint: 'Enable the app, or use another one.',
  },
  CREDENTIAL_APP_AMBIGUOUS: {
    category: 'input',
    meaning: 'Several apps are configured and nothing says which one is meant.',
    hint: 'Pass { appId }, use bot.withApp(appId, fn), or set defaultAppId.',
  },
  CREDENTIAL_NO_APP: {
    category: 'config',
    meaning: 'There is no app.',
    hint: 'Set LARKSPUR_APP_ID and LARKSPUR_APP_SECRET, name `apps` in bot.config.ts, or run `larkspur app add`.',
  },
  CREDENTIAL_APP_INVALID: {
    category: 'input',
    meaning: 'An app that was to be added or changed has one or more problems; each is listed.',
    hint: 'Correct what is listed and try again; nothing was changed.',
  },
  CREDENTIAL_APP_EXISTS: {
    category: 'input',
    meaning: 'An app that was to be added is there already.',
    hint: 'Change it with `larkspur app update`, or take another App ID.',
  },
  CREDENTIAL_APP_IN_CONFIG: {
    category: 'input',
    meaning: 'An app that was to be changed or removed comes from the configuration, not from the database.',
    hint: 'Change it where it stands: bot.config.ts or the environment. It can be disabled and enabled all the same.',
  },
  CREDENTIAL_APP_IS_DEFAULT: {
    category: 'input',
    meaning: 'The default app was to be disabled or removed.',
    hint: 'Make another app the default first: `larkspur app default <app id>`; or none, with `--clear`, unless the configuration names it.',
  },
  CREDENTIAL_DEFAULT_APP_INVALID: {
    category: 'config',
    meaning: 'The default app is unknown or disabled.',
    hint: 'Name one of the listed apps: `larkspur app default <app id>`, or the option defaultAppId.',
  },
  CREDENTIAL_REFUSED: {
    category: 'authentication',
    meaning: 'The platform refused the app id or the app secret.',
    hint: 'Compare App ID and App Secret with the developer console, page Credentials & Basic Info.',
  },
  CREDENTIAL_TOKEN_FAILED: {
    category: 'platform',
    meaning: 'The platform did not give a token.',
    hint: 'It is tried again by itself; see the platform code in the message.',
    retryable: true,
  },
  CREDENTIAL_NO_USER_TOKENS: {
    category: 'config',
    meaning: 'A call was to be made as a user, but there is no store of tokens and no plugin supplies them.',
    hint: 'Set LARKSPUR_ENCRYPTION_KEY so that tokens are stored, or pass a token.',
  },
  CREDENTIAL_USER_ID_INVALID: {
    category: 'input',
    meaning: 'A user was named by something else than the open_id, which each app has its own of.',
    hint: 'Pass the open_id (ou_…) that this app got of the user, in an event or from the contact API.',
  },
  CREDENTIAL_USER_NOT_AUTHORISED: {
    category: 'authentication',
    meaning: 'A call was to be made as a user who has not authorised the app.',
    hint: 'Ask the user to authorise the app (plugin-auth), or pass a token.',
  },
  CREDENTIAL_GRANT_ENDED: {
    category: 'authentication',
    meaning: 'What a user granted is over: the refresh token is used, expired, revoked or unknown, or there was none.',
    hint: 'Ask the user to authorise the app again (plugin-auth).',
  },
  CREDENTIAL_CODE_REFUSED: {
    category: 'authentication',
    meaning:
      'The platform refused the code of a consent: it is used, older than 5 minutes, or of another app or address.',
    hint: 'Let the user begin the consent anew; each code is good once.',
  },
  CREDENTIAL_KEY_INVALID: {
    category: 'config',
    meaning: 'An encryption key is not 32 random bytes in base64, base64url or hex.',
    hint: 'Make one with `larkspur key new` and set LARKSPUR_ENCRYPTION_KEY, or LARKSPUR_ENCRYPTION_KEY_FILE.',
  },
  CREDENTIAL_KEY_MISSING: {
    category: 'config',
    meaning: 'A bot stores tokens encrypted, and no key is given. Nothing was opened or changed.',
    hint: 'Make one with `larkspur key new` and set LARKSPUR_ENCRYPTION_KEY, or LARKSPUR_ENCRYPTION_KEY_FILE, for every process of the bot.',
  },
  CREDENTIAL_KEY_UNKNOWN: {
    category: 'config',
    meaning: 'Stored tokens are encrypted with a key that was not given; they are left as they are.',
    hint: 'Add the key with this id to LARKSPUR_ENCRYPTION_KEY (several are separated by commas; the first encrypts).',
  },
  CREDENTIAL_RECORD_BROKEN: {
    category: 'internal',
    meaning: 'A stored secret was changed outside the bot or moved to another row; it is not used.',
    hint: 'Find out who writes to the table named. Tokens of apps are fetched anew by themselves; delete a broken app and add it again.',
  },
  // api
  API_REFUSED: {
    category: 'platform',
    meaning: 'The platform answered a call with an error.',
    hint: 'Look the platform code up in the documentation of that API.',
  },
  API_RATE_LIMITED: {
    category: 'rate_limit',
    meaning: 'The platform refused a call because too many were made.',
    hint: 'Wait retryAfterMs, then try again; spread calls out.',
    retryable: true,
  },
  API_PERMISSION_DENIED: {
    category: 'permission',
    meaning: 'The app or the user lacks a permission that the call needs.',
    hint: 'Add the named scopes in the developer console, page Permissions & Scopes, and publish a version.',
  },
  API_TOKEN_REFUSED: {
    category: 'authentication',
    meaning: 'The platform refused the token, also after a fresh one was fetched.',
    hint: 'Check that the app is enabled and that the API takes this kind of token.',
  },
  API_UNREACHABLE: {
    category: 'network',
    meaning: 'The platform could not be reached.',
    hint: 'Check the network, the proxy settings and the domain of the app.',
    retryable: true,
  },
  API_TIMEOUT: {
    category: 'timeout',
    meaning: 'A call did not end within its deadline. It is not known whether it took effect.',
    hint: 'Raise timeoutMs (one attempt) or deadlineMs (the whole call) for slow calls, or try again.',
    retryable: true,
  },
  API_ANSWER_UNREADABLE: {
    category: 'platform',
    meaning: 'The answer to a call was not what the API documents (no JSON, or half of it).',
    hint: 'Check that the domain is the platform itself and not a proxy page.',
    retryable: true,
  },
  API_REQUEST_INVALID: {
    category: 'input',
    meaning: 'A call was described wrongly (method, path, query or body).',
    hint: 'Correct the call as the message says.',
  },
  API_EFFECT_UNCERTAIN: {
    category: 'internal',
    meaning: 'A call that may happen at most once was begun by an earlier run, and nobody knows how it ended.',
    hint: 'Look on the platform whether it took effect; the call is not repeated for this event.',
  },
  API_RUN_ENDED: {
    category: 'internal',
    meaning: 'A handler made a call after its run had ended (time-out, or it was waiting for an answer).',
    hint: 'Await every call inside the handler and stop when event.signal aborts.',
  },
  API_CANCELLED: {
    category: 'internal',
    meaning: 'A call was cancelled through its signal, or while it waited by the end of its run or of the bot.',
    hint: 'Nothing to do, unless the cancellation was not meant.',
  },
  // inbox
  INBOX_UNAVAILABLE: {
    category: 'network',
    meaning: 'An event could not be stored in time, so it was not acknowledged; the platform pushes it again.',
    hint: 'Check the database.',
    retryable: true,
  },
  INBOX_IN_USE: {
    category: 'config',
    meaning: 'Another running bot holds the SQLite inbox.',
    hint: 'Stop the other process, or use PostgreSQL to run several instances.',
  },
  INBOX_ENVELOPE_INVALID: {
    category: 'platform',
    meaning: 'An event did not have the documented envelope.',
    hint: 'If it really came from the platform, report it with the log id.',
  },
  // dispatch
  DISPATCH_HANDLER_TIMEOUT: {
    category: 'timeout',
    meaning: 'A handler did not end within handlerTimeoutMs; its run was ended and counts as failed.',
    hint: 'Pass event.signal on, split the work into tasks, or raise dispatch.handlerTimeoutMs.',
    retryable: true,
  },
  DISPATCH_THROWN_VALUE: {
    category: 'internal',
    meaning: 'A handler threw something that is no Error.',
    hint: 'Throw errors: they carry a stack.',
  },
  DISPATCH_CRASHED: {
    category: 'internal',
    meaning: 'The process died several times while an event was running, so the event was given up.',
    hint: 'Find out what its handlers do to the process (memory, native code, process.exit), then retry the dead letter.',
  },
  DISPATCH_RESULTS_TOO_LARGE: {
    category: 'input',
    meaning: 'An event has more stored results than 200, or larger ones than 256 KB.',
    hint: 'Keep less in step(), or start a new event for the rest of the conversation.',
  },
  DISPATCH_OUTSIDE_RUN: {
    category: 'input',
    meaning: 'A function that belongs to a handler run was called outside one.',
    hint: 'Call it inside a handler, and await it there.',
  },
  DISPATCH_STEP_REPEATED: {
    category: 'input',
    meaning: 'Two steps of one handler run have the same name.',
    hint: 'Give every step its own name.',
  },
  DISPATCH_TASK_UNKNOWN: {
    category: 'input',
    meaning: 'A task was enqueued that no plugin registered.',
    hint: 'Register it with task({ name }, …) first.',
  },
  DISPATCH_WAIT_EXPIRED: {
    category: 'timeout',
    meaning: 'Nobody answered before the deadline of a question.',
    hint: 'Handle the missing answer, or give more time.',
  },
  // connection
  CONNECTION_REFUSED: {
    category: 'authentication',
    meaning: 'The platform refused the long connection for a reason that repeating does not cure.',
    hint: 'Check App ID and App Secret, and that the app has the bot capability and a published version.',
  },
  CONNECTION_LIMIT: {
    category: 'rate_limit',
    meaning: 'The app has as many long connections as the platform allows.',
    hint: 'Stop other programs that use the same app.',
    retryable: true,
  },
  CONNECTION_FAILED: {
    category: 'network',
    meaning: 'The long connection could not be opened.',
    hint: 'Check the network and the proxy; it is tried again by itself.',
    retryable: true,
  },
  CONNECTION_SWITCH_UNAVAILABLE: {
    category: 'config',
    meaning: "`connection.fallback` is 'switch', which this version cannot do.",
    hint: "Set connection.fallback to 'alarm': the alarm then says what to click.",
  },
  // webhook
  WEBHOOK_KEYS_MISSING: {
    category: 'config',
    meaning: 'An app receives by webhook, but its Encrypt Key or its Verification Token is not configured.',
    hint: 'Copy both from the developer console, page Events & Callbacks, tab Encryption Strategy.',
  },
  // http
  HTTP_PORT_IN_USE: {
    category: 'config',
    meaning: 'The HTTP port is taken.',
    hint: 'Stop the other program, or set http.port / http.monitorPort to a free port.',
  },
  HTTP_LISTEN_FAILED: {
    category: 'config',
    meaning: 'The HTTP server could not open its port.',
    hint: 'Set http.host / http.monitorHost to an address of this machine, and a port that this user may open.',
  },
  HTTP_ROUTE_INVALID: {
    category: 'config',
    meaning: 'A route does not begin with a slash, or two routes are the same.',
    hint: 'Correct the route named in the message.',
  },
  // bot
  BOT_ALREADY_STARTED: {
    category: 'input',
    meaning: 'start() was called twice.',
    hint: 'Call it once.',
  },
  BOT_CLOSED: {
    category: 'input',
    meaning: 'The bot was used after close().',
    hint: 'Create a new bot.',
  },
  BOT_PART_CYCLE: {
    category: 'internal',
    meaning: 'Parts of the kernel need each other in a circle.',
    hint: 'This is a defect of Larkspur: report it with the cycle named in the message.',
  },
})

/** Codes of the kernel's errors, e.g. `CONFIG_INVALID`. */
export type CoreErrorCode = keyof typeof coreError.rows
