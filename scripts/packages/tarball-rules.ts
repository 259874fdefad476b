// What must hold for every tarball.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { filterProblems, problemKindInfo } from '@arethetypeswrong/core/problems'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { findSecrets } from '../find-secrets.ts'
import { packedContent, packedFiles, type Tarball } from './tarball.ts'

const maxPackedBytes = 350_000
/** Its page comes along built, with everything that it shows. */
const maxPackedBytesOfSandbox = 800_000

/** Everything that is wrong with a tarball, one line each. */
export async function tarballProblems(tarball: Tarball): Promise<string[]> {
  const problems = [
    ...sizeProblems(tarball),
    ...contentProblems(packedFiles(tarball)),
    ...(await manifestProblems(tarball)),
    ...(await typeProblems(tarball)),
    ...(await findSecrets([tarball.folder])),
  ]
  return problems.map((problem) => `${tarball.name}: ${problem}`)
}

function sizeProblems({ name, packedBytes }: Tarball): string[] {
  const most = name === '@larkspur/sandbox' ? maxPackedBytesOfSandbox : maxPackedBytes
  return packedBytes > most ? [`${packedBytes} bytes packed, at most ${most}`] : []
}

/** What does not belong into a package, and what every package must have. */
export function contentProblems(files: readonly string[]): string[] {
  const strange = /\.test(-d)?\.|(^|\/)testing\/|\.map$|(^|\/)\.env|\.tsbuildinfo$|(^|\/)src\/|\.(pem|key|db|sqlite)$/
  return [
    ...files.filter((path) => strange.test(path)).map((path) => `${path} does not belong into the package`),
    ...['package.json', 'README.md', 'LICENSE']
      .filter((path) => !files.includes(path))
      .map((path) => `${path} is missing`),
  ]
}

async function manifestProblems(tarball: Tarball): Promise<string[]> {
  const manifest = readFileSync(join(tarball.folder, 'package.json'), 'utf8')
  const { messages, pkg } = await publint({
    pkgDir: tarball.folder,
    pack: false,
    strict: true,
  })
  return [
    ...messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`),
    ...[...manifest.matchAll(/"(?:workspace|catalog):[^"]*"/g)].map(([left]) => `package.json still holds ${left}`),
  ]
}

// ESM only: what `require` of old Node versions and the oldest resolution make of it does not matter.
async function typeProblems(tarball: Tarball): Promise<string[]> {
  const analysis = await checkPackage(createPackageFromTarballData(packedContent(tarball)))
  if (!analysis.types) return ['attw: the package has no types']
  const found = (['node16-esm', 'bundler'] as const).flatMap((resolutionKind) =>
    filterProblems(analysis, { resolutionKind }).map(
      ({ kind }) => `attw: ${problemKindInfo[kind].title} (${resolutionKind})`,
    ),
  )
  return [...new Set(found)]
}
