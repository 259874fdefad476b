import { type ApiCall, type ApiHandler, callingActor, callingApp, type Platform, page, queryText } from '../api-call.ts'
import { PlatformError } from '../platform-error.ts'
import type { AilyMessage, AilyRun, AilySession } from './sessions.ts'

/** aily v1 sessions, messages, runs and skills (docs: aily-v1). */
export const ailyHandlers: Readonly<Record<string, ApiHandler>> = {
  'POST /open-apis/aily/v1/sessions': (platform, call) => {
    const { channel_context = '', metadata = '' } = call.body as Record<string, string | undefined>
    const owner = { appId: callingApp(call).appId, createdBy: callingActor(call) }
    const session = platform.aily.add({ ...owner, channelContext: channel_context, metadata })
    return { data: { session: sessionAnswer(platform, session) }, fields: { aily_session_id: session.id } }
  },
  'GET /open-apis/aily/v1/sessions/:aily_session_id': (platform, call) => {
    return { data: { session: sessionAnswer(platform, sessionOf(platform, call)) } }
  },
  'PUT /open-apis/aily/v1/sessions/:aily_session_id': (platform, call) => {
    const session = sessionOf(platform, call)
    const { channel_context, metadata } = call.body as Record<string, string | undefined>
    session.channelContext = channel_context ?? session.channelContext
    session.metadata = metadata ?? session.metadata
    session.modifiedAtMs = platform.clock.now()
    return { data: { session: sessionAnswer(platform, session) }, fields: { ...call.params } }
  },
  'DELETE /open-apis/aily/v1/sessions/:aily_session_id': (platform, call) => {
    platform.aily.remove(sessionOf(platform, call))
    return { fields: { ...call.params } }
  },
  'POST /open-apis/aily/v1/sessions/:aily_session_id/messages': (platform, call) => {
    const session = sessionOf(platform, call)
    const body = call.body as Record<string, string> & { file_ids?: string[]; mentions?: unknown[] }
    const message = platform.aily.addMessage(session, {
      idempotentId: body.idempotent_id,
      contentType: body.content_type ?? 'TEXT',
      content: body.content ?? '',
      fileIds: body.file_ids ?? [],
      quoteMessageId: body.quote_message_id ?? '',
      mentions: body.mentions ?? [],
    })
    const answer = messageAnswer(platform, call, session, message)
    return { data: { message: answer }, fields: { ...call.params, aily_message_id: message.id } }
  },
  'GET /open-apis/aily/v1/sessions/:aily_session_id/messages': (platform, call) => {
    const session = sessionOf(platform, call)
    const runId = queryText(call, 'run_id')
    const partial = queryText(call, 'with_partial_message') === 'true'
    const messages = session.messages.filter((message) => {
      const isThere = platform.aily.contentNow(message)?.isComplete ?? false
      const isComing = partial && platform.aily.contentNow(message) !== undefined
      return (isThere || isComing) && (runId === undefined || message.run?.id === runId)
    })
    const { items, has_more, page_token } = page(call, messages, 2700001)
    const answers = items.map((message) => messageAnswer(platform, call, session, message))
    return { data: { messages: answers, has_more, ...(has_more && { page_token }) } }
  },
  'GET /open-apis/aily/v1/sessions/:aily_session_id/messages/:aily_message_id': (platform, call) => {
    const session = sessionOf(platform, call)
    const message = session.messages.find(({ id }) => id === call.params.aily_message_id)
    if (!message || !platform.aily.contentNow(message)) {
      throw new PlatformError(2700001, `there is no message ${call.params.aily_message_id}`)
    }
    return { data: { message: messageAnswer(platform, call, session, message) } }
  },
  'POST /open-apis/aily/v1/sessions/:aily_session_id/runs': (platform, call) => {
    const session = sessionOf(platform, call)
    const { app_id = '', skill_id, metadata = '' } = call.body as Record<string, string | undefined>
    const run = platform.aily.addRun(session, { appId: app_id, skillId: skill_id || undefined, metadata })
    return { data: { run: runAnswer(platform, session, run) }, fields: { ...call.params, run_id: run.id } }
  },
  'GET /open-apis/aily/v1/sessions/:aily_session_id/runs': (platform, call) => {
    const session = sessionOf(platform, call)
    const { items, has_more, page_token } = page(call, session.runs, 2700001)
    const runs = items.map((run) => runAnswer(platform, session, run))
    return { data: { runs, has_more, ...(has_more && { page_token }) } }
  },
  'GET /open-apis/aily/v1/sessions/:aily_session_id/runs/:run_id': (platform, call) => {
    const session = sessionOf(platform, call)
    return { data: { run: runAnswer(platform, session, runOf(session, call)) } }
  },
  'POST /open-apis/aily/v1/sessions/:aily_session_id/runs/:run_id/cancel': (platform, call) => {
    const session = sessionOf(platform, call)
    const run = runOf(session, call)
    platform.aily.cancel(run)
    return { data: { run: runAnswer(platform, session, run) }, fields: { ...call.params } }
  },
  'POST /open-apis/aily/v1/apps/:app_id/skills/:skill_id/start': (platform, call) => {
    const { query = '' } = (call.body.global_variable ?? {}) as { query?: string }
    const { output, error } = platform.ailyAnswers.next(query, call.params.skill_id)
    const data = error ? { output: JSON.stringify(error), status: 'failed' } : { output, status: 'success' }
    return { data, fields: { ...call.params } }
  },
}

function sessionOf(platform: Platform, call: ApiCall): AilySession {
  return platform.aily.session(call.params.aily_session_id ?? '', callingApp(call).appId, callingActor(call))
}

/** @throws PlatformError 2700001 */
function runOf(session: AilySession, call: ApiCall): AilyRun {
  const run = session.runs.find(({ id }) => id === call.params.run_id)
  if (run) return run
  throw new PlatformError(2700001, `there is no run ${call.params.run_id}`)
}

function sessionAnswer(platform: Platform, session: AilySession) {
  return {
    id: session.id,
    created_at: String(session.createdAtMs),
    modified_at: String(session.modifiedAtMs),
    created_by: platform.workspaces.userId(session.createdBy.id),
    channel_context: session.channelContext,
    metadata: session.metadata,
  }
}

function messageAnswer(platform: Platform, call: ApiCall, session: AilySession, message: AilyMessage) {
  const { content = '', isComplete = true } = platform.aily.contentNow(message) ?? {}
  const user = {
    entity_id: platform.tenant.openId(callingApp(call).appId, session.createdBy),
    identity_provider: 'FEISHU',
    sender_type: 'USER',
    aily_id: platform.workspaces.userId(session.createdBy.id),
  }
  const assistant = { entity_id: message.run?.appId, identity_provider: 'AILY', sender_type: 'ASSISTANT', aily_id: '' }
  return {
    id: message.id,
    session_id: session.id,
    run_id: message.run?.id ?? '',
    content_type: message.contentType,
    content,
    files: message.fileIds.map((id) => ({ id })),
    quote_message_id: message.quoteMessageId,
    sender: message.run ? assistant : user,
    mentions: message.mentions,
    plain_text: content,
    created_at: String(message.createdAtMs),
    status: isComplete ? 'COMPLETED' : 'IN_PROGRESS',
  }
}

function runAnswer(platform: Platform, session: AilySession, run: AilyRun) {
  const status = platform.aily.status(run)
  const hasEnded = status !== 'QUEUED' && status !== 'IN_PROGRESS'
  return {
    id: run.id,
    created_at: String(run.createdAtMs),
    app_id: run.appId,
    session_id: session.id,
    status,
    ...(status !== 'QUEUED' && { started_at: String(run.startedAtMs) }),
    ...(hasEnded && { ended_at: String(run.endsAtMs) }),
    ...(status === 'FAILED' && { error: run.answer.error }),
    metadata: run.metadata,
  }
}
