import { codeWindow } from '../../sdk/memoryMap';
import type { Surroundings } from './blocks';
import { type Region, translate } from './translate';

/** How firmware is executed: never translated, translated where it is hot, or at once (for tests). */
export type Tier = 'interpreter' | 'mixed' | 'translated';

/** The CPU is asked where it is after so many instructions. */
const slice = 20_000;
/** So often in the same 64 bytes, and it is worth a translation. */
const hotSamples = 2;
/** So often a region has to be left for the same address for that to become a region as well. */
const hotExits = 150;
const bucketSize = 64;
/** Translation may take this share of the time. */
const share = 0.2;
/** A first translation may come at once, in ms. */
const startCapital = 8;
/** Short programs end sooner than a translation pays: so many slices are only interpreted. */
const firstSlices = 400;
/** A byte can be part of no more regions than a counter of eight bits holds. */
const maxRegions = 250;
const codeStart = codeWindow.address;
const codeSize = codeWindow.size;

/** Where a region can be entered. */
interface Entry {
  region: Region;
  block: number;
}

/** The translated pieces of a firmware: decides what is translated, finds and drops them. */
export class Regions {
  readonly #tier: Tier;
  readonly #around: Surroundings;
  readonly #byEntry = new Map<number, Entry>();
  readonly #all = new Set<Region>();
  readonly #samples = new Map<number, number>();
  readonly #exits = new Map<number, number>();
  /** How many regions contain each byte of code. */
  readonly #covered: Uint8Array;
  /** Where translating brought nothing. */
  readonly #hopeless = new Set<number>();
  readonly #start = performance.now();
  #spent = 0;
  #slices = 0;
  /** Everything is translated where it can be: after each region the CPU looks where it is. */
  readonly eager: boolean;
  /** Runs of fewer instructions are left to the interpreter. */
  readonly shortest: number;

  constructor(tier: Tier, around: Surroundings) {
    this.#tier = tier;
    this.#around = around;
    this.#covered = new Uint8Array(codeSize);
    this.eager = tier === 'translated';
    this.shortest = tier === 'interpreter' ? Infinity : 100;
  }

  /** There is room for no more: all are to be dropped, and the hot ones will come back. */
  get full(): boolean {
    return this.#all.size >= maxRegions;
  }

  /** So many instructions in a row are executed from an address on before the CPU looks where it is. */
  sliceAt(address: number): number {
    if (this.#tier === 'mixed') return slice;
    return this.#tier === 'interpreter' || this.#byEntry.has(address) ? Infinity : 1;
  }

  /** What can be entered at an address. */
  at(address: number): Entry | undefined {
    return this.#byEntry.get(address);
  }

  /** The CPU happens to be at this address. Returns the region that is new. */
  sample(address: number): Region | undefined {
    if (this.#slices++ < firstSlices && !this.eager) return undefined;
    // In the midst of a region the next of its blocks is near.
    if (this.#byEntry.has(address) || (!this.eager && this.#isCovered(address))) return undefined;
    const bucket = Math.floor(address / bucketSize);
    const samples = (this.#samples.get(bucket) ?? 0) + 1;
    this.#samples.set(bucket, samples);
    return samples >= hotSamples || this.#tier === 'translated' ? this.#translate(address) : undefined;
  }

  /** A region was left for this address. Returns the region that is new. */
  left(address: number): Region | undefined {
    if (this.#byEntry.has(address) || (!this.eager && this.#isCovered(address))) return undefined;
    if (this.#around.isSpecial(address)) return undefined;
    const exits = (this.#exits.get(address) ?? 0) + 1;
    this.#exits.set(address, exits);
    return exits >= hotExits || this.#tier === 'translated' ? this.#translate(address) : undefined;
  }

  /** Drops the regions that contain any of these bytes; returns where they could be entered. */
  drop(start: number, end: number): number[] {
    if (this.#all.size === 0 && this.#hopeless.size === 0) return [];
    const entries: number[] = [];
    for (const region of this.#all) {
      if (!region.ranges.some(([first, behind]) => first < end && behind > start)) continue;
      this.#all.delete(region);
      this.#cover(region, -1);
      for (const entry of region.entries.keys()) {
        if (this.#byEntry.get(entry)?.region !== region) continue;
        this.#byEntry.delete(entry);
        entries.push(entry);
      }
    }
    for (const address of this.#hopeless)
      if (address >= start && address < end) this.#hopeless.delete(address);
    return entries;
  }

  #isCovered(address: number): boolean {
    return (this.#covered[address - codeStart] ?? 0) > 0;
  }

  #cover({ ranges }: Region, change: 1 | -1): void {
    for (const [start, end] of ranges) {
      for (let at = start - codeStart; at < end - codeStart; at++)
        this.#covered[at] = (this.#covered[at] ?? 0) + change;
    }
  }

  #translate(address: number): Region | undefined {
    if (this.#hopeless.has(address) || this.full) return undefined;
    const now = performance.now();
    if (this.#tier !== 'translated' && this.#spent > startCapital + (now - this.#start) * share)
      return undefined;
    const region = this.#around.memory.isExecutable(address) ? translate(address, this.#around) : undefined;
    this.#spent += performance.now() - now;
    if (region === undefined) {
      this.#hopeless.add(address);
      return undefined;
    }
    this.#all.add(region);
    this.#cover(region, 1);
    for (const [entry, block] of region.entries)
      if (!this.#byEntry.has(entry)) this.#byEntry.set(entry, { region, block });
    return region;
  }
}
