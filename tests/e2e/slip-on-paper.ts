/** The slip as the system prints it: on a roll of 80 mm and on A4, in each language, one page that scans. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { readBarcodes } from 'zxing-wasm/reader'

const papers = [
  { paper: 'roll', size: [80, 130] },
  { paper: 'a4', size: [210, 297] },
] as const
const own = { en: 'English', dz: 'རྫོང་ཁ', ne: 'नेपाली' } as const

const pagesOf = (pdf: Buffer) => [...pdf.toString('latin1').matchAll(/\/Type\s*\/Page\b/g)].length
/** width and height of the first page, mm */
function sizeOf(pdf: Buffer): number[] {
  const [, ...box] = /\/MediaBox\s*\[\S+ \S+ (\S+) ([^\s\]]+)/.exec(pdf.toString('latin1')) ?? []
  return box.map((points) => Math.round((Number(points) / 72) * 25.4))
}

/** The slip is on the screen. The PDFs are kept for whoever wants to look at them. */
export async function slipOnPaper(page: Page): Promise<void> {
  mkdirSync('test-results/pdf', { recursive: true })
  const slip = page.locator('.print-slip')
  for (const [language, name] of Object.entries(own)) {
    await page.getByRole('group').getByRole('button', { name, exact: true }).click()
    for (const { paper, size } of papers) {
      await page.evaluate(`document.documentElement.dataset.paper = '${paper}'`)
      const pdf = await page.pdf({ preferCSSPageSize: true })
      writeFileSync(join('test-results/pdf', `slip-view-${paper}-${language}.pdf`), pdf)
      expect(sizeOf(pdf), `${paper}, ${language}`).toEqual(size)
      expect(pagesOf(pdf), `${paper}, ${language}`).toBe(1)
      await page.emulateMedia({ media: 'print' })
      const [code] = await readBarcodes(await slip.screenshot(), { formats: ['QRCode'] })
      expect(code?.text).toMatch(/^btkiosk:slip:1:/)
      await expect(page.getByRole('button').first()).toBeHidden()
      await page.emulateMedia({ media: null })
    }
  }
  await page.evaluate('delete document.documentElement.dataset.paper')
}
