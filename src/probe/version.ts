/** Major and minor number of a version, such as [0, 23] or [6, 12]. */
export type Version = readonly [number, number];

/** The first `N.N` of a text: `bpftrace v0.23.2`, `6.12.57+deb13-cloud-amd64`. */
export function readVersion(text: string): Version | undefined {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
}

export function isAtLeast(version: Version, oldest: Version): boolean {
  return version[0] > oldest[0] || (version[0] === oldest[0] && version[1] >= oldest[1]);
}
