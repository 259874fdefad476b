import { newEncryptionKey } from '../../packages/core/src/credentials/key-file.ts'
import { readKeyRing } from '../../packages/core/src/credentials/key-ring.ts'
import { countSealed } from '../../packages/core/src/credentials/sealed-tables.ts'
import type { Flavour } from '../../packages/core/src/storage/database.ts'
import { fillTokens, readWhile, rotationInProcess } from '../../packages/core/src/testing/sealed-rows.ts'
import { tokenGround } from '../../packages/core/src/testing/token-ground.ts'
import type { Ground, Row } from '../row.ts'

const count = 100_000

/** Failed reads while another process rotates the keys; that one is killed five times and goes on. */
async function failedReads({ postgresUrl, log }: Ground, flavour: Flavour): Promise<number> {
  await using ground = await tokenGround(flavour, postgresUrl)
  const { database, url } = ground
  const [oldKey, newKey] = [newEncryptionKey(), newEncryptionKey()]
  const keys = `${newKey},${oldKey}`
  await fillTokens(database, readKeyRing(oldKey), count)
  const rotate = async (): Promise<void> => {
    for (let kill = 0; kill < 5; kill += 1) {
      await using rotation = rotationInProcess(url, keys)
      rotation.ended.catch(() => {})
      await rotation.stepped
      rotation.kill()
      await rotation.gone
    }
    await using rotation = rotationInProcess(url, keys)
    const { done, left, broken } = await rotation.ended
    log(`${flavour}: ${done} rows in the last of 6 runs`)
    if (left > 0 || broken.length > 0) throw new Error(`${left} rows left, ${broken.length} broken`)
  }
  const rotating = rotate()
  const { done, failed } = await readWhile(database, readKeyRing(keys), count, rotating)
  await rotating
  const keyIds = new Set((await countSealed(database)).map(({ keyId }) => keyId))
  if (keyIds.size !== 1 || !keyIds.has(readKeyRing(newKey).current.id)) throw new Error('rows of the old key are left')
  log(`${flavour}: ${done} reads, ${failed} failed`)
  return failed
}

/** Keys are rotated while tokens are read. */
export const keyRotationRow: Row = {
  id: 'T13',
  name: 'rotation of keys over 100,000 rows under reads, killed 5 times, on each of two databases',
  unit: 'failed reads',
  target: { exactly: 0 },
  run: async (ground) => (await failedReads(ground, 'sqlite')) + (await failedReads(ground, 'postgres')),
}
