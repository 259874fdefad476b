import { crc32 } from 'node:zlib'

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const schemas = 'http://schemas.openxmlformats.org'
const office = `${schemas}/officeDocument/2006/relationships`
const contentType = 'application/vnd.openxmlformats-officedocument'

/** A Word file with these paragraphs. */
export function wordFile(paragraphs: readonly string[]): Buffer {
  const body = paragraphs.map((text) => `<w:p><w:r><w:t xml:space="preserve">${escaped(text)}</w:t></w:r></w:p>`)
  const document = `<w:document xmlns:w="${schemas}/wordprocessingml/2006/main"><w:body>${body.join('')}</w:body></w:document>`
  return zipFile([
    ...packageParts('word/document.xml', [['/word/document.xml', 'wordprocessingml.document.main']]),
    ['word/document.xml', head + document],
  ])
}

/** An Excel file with these sheets, all cells as text. */
export function excelFile(sheets: readonly { name: string; rows: readonly (readonly string[])[] }[]): Buffer {
  const main = `${schemas}/spreadsheetml/2006/main`
  const paths = sheets.map((_, index) => `worksheets/sheet${index + 1}.xml`)
  const listed = sheets.map(
    ({ name }, index) => `<sheet name="${escaped(name.slice(0, 31))}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`,
  )
  const relations = paths.map((path, index) => relation(`rId${index + 1}`, 'worksheet', path))
  const cell = (text: string) => `<c t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`
  const types = paths.map((path): [string, string] => [`/xl/${path}`, 'spreadsheetml.worksheet'])
  return zipFile([
    ...packageParts('xl/workbook.xml', [['/xl/workbook.xml', 'spreadsheetml.sheet.main'], ...types]),
    [
      'xl/workbook.xml',
      `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${listed.join('')}</sheets></workbook>`,
    ],
    ['xl/_rels/workbook.xml.rels', relationships(relations)],
    ...sheets.map(({ rows }, index): [string, string] => {
      const lines = rows.map((row) => `<row>${row.map(cell).join('')}</row>`).join('')
      return [`xl/${paths[index]}`, `${head}<worksheet xmlns="${main}"><sheetData>${lines}</sheetData></worksheet>`]
    }),
  ])
}

function packageParts(main: string, types: readonly (readonly [string, string])[]): [string, string][] {
  const overrides = types.map(
    ([part, type]) => `<Override PartName="${part}" ContentType="${contentType}.${type}+xml"/>`,
  )
  const defaults =
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>'
  const types2006 = `${schemas}/package/2006/content-types`
  return [
    ['[Content_Types].xml', `${head}<Types xmlns="${types2006}">${defaults}${overrides.join('')}</Types>`],
    ['_rels/.rels', relationships([relation('rId1', 'officeDocument', main)])],
  ]
}

function relation(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`
}

function relationships(relations: readonly string[]): string {
  return `${head}<Relationships xmlns="${schemas}/package/2006/relationships">${relations.join('')}</Relationships>`
}

function escaped(text: string): string {
  // XML has no place for control characters, however they are written.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that go
  const plain = text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
  return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** A zip archive that stores its entries as they are. */
function zipFile(entries: readonly (readonly [string, string])[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [path, text] of entries) {
    const [name, content] = [Buffer.from(path), Buffer.from(text)]
    // What stands in both headers, from "version needed" to "extra field length"; the day is 1980-01-01.
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(0x800, 2)
    facts.writeUInt16LE(0x21, 8)
    facts.writeUInt32LE(crc32(content), 10)
    facts.writeUInt32LE(content.length, 14)
    facts.writeUInt32LE(content.length, 18)
    facts.writeUInt16LE(name.length, 22)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(offset, 10)
    const made = Buffer.from([20, 0])
    parts.push(Buffer.from('PK\u0003\u0004'), facts, name, content)
    directory.push(Buffer.from('PK\u0001\u0002'), made, facts, place, name)
    offset += 30 + name.length + content.length
  }
  const listing = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(listing.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...parts, listing, Buffer.from('PK\u0005\u0006'), end])
}

/** A PDF of these lines; letters beyond Latin-1 become question marks, as it carries no font. */
export function pdfFile(lines: readonly string[]): Buffer {
  const perPage = 50
  const pages = Array.from({ length: Math.max(1, Math.ceil(lines.length / perPage)) }, (_, page) =>
    lines.slice(page * perPage, (page + 1) * perPage),
  )
  const kids = pages.map((_, index) => `${4 + index * 2} 0 R`).join(' ')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ]
  for (const [index, page] of pages.entries()) {
    const shown = page.map((line) => `(${pdfText(line)}) Tj T*`).join('\n')
    const stream = `BT /F1 10 Tf 14 TL 50 790 Td\n${shown}\nET`
    const resources = '/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >>'
    objects.push(`<< /Type /Page /Parent 2 0 R ${resources} /Contents ${5 + index * 2} 0 R >>`)
    objects.push(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`)
  }
  let file = '%PDF-1.4\n'
  const offsets = objects.map((object, index) => {
    const offset = file.length
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
    return `${String(offset).padStart(10, '0')} 00000 n \n`
  })
  const size = objects.length + 1
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`
  return Buffer.from(
    `${file}${table}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`,
    'latin1',
  )
}

function pdfText(line: string): string {
  return line.replaceAll(/[^\u0020-\u007e\u00a0-\u00ff]/gu, '?').replaceAll(/[\\()]/g, '\\$&')
}
