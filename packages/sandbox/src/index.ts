export type { AilyAnswerOptions } from './aily/answers.ts'
export type { MenuEntry } from './app-options.ts'
export type {
  AddAppOptions,
  AuthorizeOptions,
  CallbackResult,
  CallEntry,
  ClickOptions,
  DeliveryOptions,
  EditOptions,
  FaultCount,
  FaultSpec,
  FloodOptions,
  FloodResult,
  LedgerEntry,
  PushEventOptions,
  SandboxApp,
  SandboxChat,
  SandboxControl,
  SandboxDelivery,
  SandboxDocument,
  SandboxLink,
  SandboxMessage,
  SandboxPush,
  SandboxSettings,
  SandboxSettingsChange,
  SandboxUser,
  SayOptions,
  SayResult,
  UserChange,
} from './control.ts'
export { connectSandbox } from './http-control.ts'
export type { BotMembership } from './im/bot-actions.ts'
export type { MembersChange } from './im/group-actions.ts'
export { type Sandbox, type SandboxOptions, startSandbox } from './start-sandbox.ts'
