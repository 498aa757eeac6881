import type { BigIntStats } from 'node:fs'

/**
 * What a stat tells of a file's content: as long as it stays the same, so do the bytes. ctime is part of it because
 * tools that restore mtime (rsync, cp -p, git checkouts in CI caches) cannot restore ctime.
 */
export interface FileStamp {
  readonly size: number
  readonly mtimeNs: string
  readonly ctimeNs: string
  readonly inode: string
}

export const stampOf = (stats: BigIntStats): FileStamp => ({
  size: Number(stats.size),
  mtimeNs: String(stats.mtimeNs),
  ctimeNs: String(stats.ctimeNs),
  inode: String(stats.ino),
})

export const sameStamp = (a: FileStamp, b: FileStamp): boolean =>
  a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.inode === b.inode
