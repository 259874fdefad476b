import type { Platform } from '../api-call.ts'
import type { Level } from '../drive/permissions.ts'
import type { Actor } from '../tenant.ts'
export class WikiSpaces {
  levelOf(_platform: Platform, _actor: Actor, _spaceId: string): Level {
    return 'none'
  }
}
