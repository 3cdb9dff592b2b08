/**
 * Pages in Chromium, as their readers see them. Tests of pages are skipped, and say so, where there is no
 * Chromium: Debian's package `chromium` has it, and the environment variable `MARN_CHROMIUM` names another.
 */
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isFile } from "../../pipeline/files/read.ts";

/** How a page is looked at. */
export interface View {
  /** Pixels; 1280 by default. */
  readonly width?: number;
  /** Whether the reader prefers dark pages. */
  readonly dark?: boolean;
}

/** A page of a file, opened. */
export interface OpenedPage {
  readonly page: Page;
  /** What the page asked for beside itself: addresses. */
  readonly requests: readonly string[];
  /** What the browser complained of: errors of scripts, refusals of the page's own policy. */
  readonly complaints: readonly string[];
}

/** Opens files, or addresses, in one browser. */
export type OpenPage = (place: string, view?: View) => Promise<OpenedPage>;

/** The names that Chromium and Chrome are installed under. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/** Where Chromium is; undefined where it is not found. */
export const chromium = await findChromium();

/** A test that has a browser, skipped where there is none. */
export function browserTest(
  name: string,
  test: (open: OpenPage, t: Deno.TestContext) => Promise<void>,
): void {
  Deno.test({
    name: `[chromium] ${name}`,
    ignore: chromium === undefined,
    fn: (t) => withBrowser((open) => test(open, t)),
  });
}

/** Starts a browser, and ends it. */
export async function withBrowser<T>(use: (open: OpenPage) => Promise<T>): Promise<T> {
  const browser = await puppeteer.launch({
    executablePath: chromium!,
    headless: true,
    pipe: true,
    args: Deno.uid() === 0 ? ["--no-sandbox"] : [], // which root cannot have
  });
  try {
    return await use((place, view) => openPage(browser, place, view));
  } finally {
    await browser.close();
  }
}

async function openPage(
  browser: Browser,
  place: string,
  { width = 1280, dark = false }: View = {},
): Promise<OpenedPage> {
  const page = await browser.newPage();
  const url = place.startsWith("http:") ? place : pathToFileURL(place).href;
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value: dark ? "dark" : "light" },
  ]);
  await page.goto(url, { waitUntil: "load" });
  return { page, requests, complaints };
}

async function findChromium(): Promise<string | undefined> {
  const named = Deno.env.get("MARN_CHROMIUM");
  if (named) return named;
  const folders = (Deno.env.get("PATH") ?? "").split(":").filter((folder) => folder !== "");
  for (const path of NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    if (await isFile(path)) return path;
  }
  return undefined;
}
