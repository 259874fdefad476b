// Who may import whom among the packages.
import { importedPath, isTest, type Source, type WorkspacePackage } from './source-tree.ts'

interface Border {
  /** Our packages that it may import, by folder name. */
  readonly may: readonly string[]
  /** Those that its tests may import as well. */
  readonly tests: readonly string[]
}

const pluginTests = ['sandbox', 'testkit', 'plugin-messaging']

/** The table of the packages. A package that is not listed fails the test: decide its border first. */
export const borders: Readonly<Record<string, Border>> = {
  core: { may: [], tests: ['sandbox'] },
  'plugin-messaging': { may: ['core'], tests: pluginTests },
  'plugin-contact': { may: ['core'], tests: pluginTests },
  'plugin-clouddoc': { may: ['core'], tests: pluginTests },
  'plugin-apaas': { may: ['core'], tests: pluginTests },
  'plugin-auth': { may: ['core', 'plugin-messaging'], tests: pluginTests },
  'plugin-scheduler': { may: ['core'], tests: pluginTests },
  cli: { may: ['core'], tests: ['sandbox', 'testkit', 'plugin-messaging'] },
  'create-larkspur': { may: [], tests: [] },
  sandbox: { may: [], tests: [] },
  testkit: { may: ['core', 'sandbox'], tests: ['plugin-messaging'] },
}

/** Every breach of the table, one readable line each. */
export function packageBorderProblems(sources: readonly Source[], packages: readonly WorkspacePackage[]): string[] {
  return [
    ...packages.flatMap((each) => manifestProblems(each, packages)),
    ...sources.flatMap((each) => importProblems(each, packages)),
  ]
}

function manifestProblems({ folder, manifest }: WorkspacePackage, packages: readonly WorkspacePackage[]): string[] {
  const own = folderName(folder)
  const border = borders[own]
  if (!border) return [`${folder} is not in the table of scripts/borders/package-borders.ts: add what it may import`]
  const ours = (group: Readonly<Record<string, string>> | undefined) =>
    Object.keys(group ?? {}).flatMap((name) =>
      packages.filter((each) => each.name === name).map((each) => folderName(each.folder)),
    )
  const problems: string[] = []
  const runtime = [
    ...ours(manifest.dependencies),
    ...ours(manifest.peerDependencies),
    ...ours(manifest.optionalDependencies),
  ]
  for (const name of runtime)
    if (!border.may.includes(name) && !isOptionalPeer(manifest, packages, name))
      problems.push(`${folder}/package.json depends on ${name}: ${own} may import ${list(border.may)}`)
  for (const name of ours(manifest.devDependencies))
    if (![...border.may, ...border.tests].includes(name))
      problems.push(
        `${folder}/package.json has ${name} in devDependencies: tests of ${own} may import ${list([...border.may, ...border.tests])}`,
      )
  for (const name of own.startsWith('plugin-') ? border.may : []) {
    if (!ours(manifest.peerDependencies).includes(name))
      problems.push(`${folder}/package.json must name ${name} in peerDependencies: a bot has one copy, the author's`)
    if (ours(manifest.dependencies).includes(name))
      problems.push(`${folder}/package.json must not name ${name} in dependencies: a second copy would be installed`)
  }
  return problems
}

function importProblems(source: Source, packages: readonly WorkspacePackage[]): string[] {
  const home = packages.find((each) => source.path.startsWith(`${each.folder}/`))
  if (!home) return []
  const own = folderName(home.folder)
  const border = borders[own]
  if (!border) return []
  const allowed = isTest(source.path) ? [...border.may, ...border.tests] : border.may
  return source.imports.flatMap(({ specifier, line, typeOnly }) => {
    const where = `${source.path}:${line} imports ${specifier}`
    const target = importedPath(source.path, specifier)
    if (target !== undefined) {
      const inside = target.startsWith(`${home.folder}/`)
      const testTool = isTest(source.path) && target.startsWith('scripts/postgres/')
      return inside || testTool
        ? []
        : [`${where}: a relative import must stay in ${home.folder}; import the package by its name`]
    }
    const imported = packages.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`))
    if (!imported || imported === home || allowed.includes(folderName(imported.folder))) return []
    if (typeOnly && isOptionalPeer(home.manifest, packages, folderName(imported.folder))) return []
    return [`${where}: ${isTest(source.path) ? 'tests of ' : ''}${own} may import ${list(allowed)}`]
  })
}

// A plugin that uses another only when it is there names it as an optional peer and imports its types alone.
function isOptionalPeer(
  manifest: WorkspacePackage['manifest'],
  packages: readonly WorkspacePackage[],
  folder: string,
): boolean {
  const name = packages.find((each) => folderName(each.folder) === folder)?.name ?? ''
  return manifest.peerDependencies?.[name] !== undefined && manifest.peerDependenciesMeta?.[name]?.optional === true
}

function folderName(folder: string): string {
  return folder.replace('packages/', '')
}

function list(names: readonly string[]): string {
  return names.length > 0 ? `only ${names.join(', ')}` : 'nothing of ours'
}
