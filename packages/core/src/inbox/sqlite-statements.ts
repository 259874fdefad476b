import type { SqliteFile, SqliteStatement } from '../storage/sqlite.ts'
import { eventColumns } from './event-text.ts'

type HotStatement =
  | 'begin'
  | 'commit'
  | 'rollback'
  | 'insertEvent'
  | 'lane'
  | 'insertLane'
  | 'addToLane'
  | 'freeLane'
  | 'dropLane'
  | 'done'
  | 'retry'
  | 'dead'
  | 'park'
  | 'events'
  | 'takeLane'
  | 'chargeCrash'
  | 'extend'

/** The statements that run for every event, prepared once. */
export type HotStatements = Readonly<Record<HotStatement, SqliteStatement>>

/** Prepares the statements that run for every event. Times are parameters: the clock is the process's own. */
export function prepareHotStatements(file: SqliteFile): HotStatements {
  return {
    begin: file.prepare('begin immediate'),
    commit: file.prepare('commit'),
    rollback: file.prepare('rollback'),
    insertEvent: file.prepare(
      `insert into larkspur_event (app_id, event_key, kind, type, lane, tenant_key, state, received_at, due_at, body)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (app_id, event_key) do nothing`,
    ),
    lane: file.prepare('select due_at, owner, fence, tail from larkspur_lane where app_id = ? and lane = ?').raw(),
    insertLane: file.prepare(
      'insert into larkspur_lane (app_id, lane, name, due_at, owner, fence, tail) values (?, ?, ?, ?, ?, ?, 1)',
    ),
    addToLane: file.prepare('update larkspur_lane set tail = tail + 1 where app_id = ? and lane = ?'),
    freeLane: file.prepare('update larkspur_lane set due_at = ?, owner = null where app_id = ? and lane = ?'),
    dropLane: file.prepare('delete from larkspur_lane where app_id = ? and lane = ?'),
    done: file.prepare(
      `update larkspur_event set state = 'done', settled_at = ?, body = null, finished = null, results = null,
       error = null where seq = ? and state = 'ready'`,
    ),
    retry: file.prepare(
      `update larkspur_event set attempts = attempts + 1, error = ?, finished = ?, results = ?
       where seq = ? and state = 'ready'`,
    ),
    dead: file.prepare(
      `update larkspur_event set state = 'dead', settled_at = ?, attempts = attempts + 1, error = ?, finished = ?,
       results = ? where seq = ? and state = 'ready'`,
    ),
    park: file.prepare(
      `update larkspur_event set state = 'waiting', due_at = ?, wake_key = ?, result_key = ?, finished = ?, results = ?
       where seq = ? and state = 'ready'`,
    ),
    events: file.prepare(
      `select ${eventColumns} from larkspur_event where app_id = ? and lane = ? and state = 'ready'
       order by seq limit ?`,
    ),
    takeLane: file.prepare('update larkspur_lane set due_at = ?, owner = ?, fence = ? where app_id = ? and lane = ?'),
    chargeCrash: file.prepare(
      `update larkspur_event set crashes = crashes + 1 where seq =
       (select min(seq) from larkspur_event where app_id = ? and lane = ? and state = 'ready')`,
    ),
    extend: file.prepare(
      'update larkspur_lane set due_at = ? where app_id = ? and lane = ? and fence = ? and owner = ?',
    ),
  }
}
