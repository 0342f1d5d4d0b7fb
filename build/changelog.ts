// The changelog has the form of https://keepachangelog.com/en/1.1.0: a section for each version, the newest first.

const HEADING = '## [Unreleased]\n';
const LATER = /^## \[/m;

/**
 * The changelog with all that is unreleased as the section of a version; the day is that of its release, YYYY-MM-DD.
 * Throws if nothing is unreleased, or the version has a section already.
 */
export function cut(changelog: string, version: string, day: string): string {
  if (changelog.includes(`## [${version}]`))
    throw new Error(`CHANGELOG.md has a section [${version}] already`);
  if (sectionOf(changelog, HEADING) === '') throw new Error('CHANGELOG.md has nothing under [Unreleased]');
  return changelog.replace(HEADING, () => `${HEADING}\n## [${version}] - ${day}\n`);
}

/** What changed in a version. Throws if the changelog does not have it. */
export function notesOf(changelog: string, version: string): string {
  const [heading] = changelog.split('\n').filter((line) => line.startsWith(`## [${version}]`));
  if (heading === undefined) throw new Error(`CHANGELOG.md has no section [${version}]`);
  return sectionOf(changelog, `${heading}\n`);
}

function sectionOf(changelog: string, heading: string): string {
  const start = changelog.indexOf(heading);
  if (start < 0) return '';
  const [section = ''] = changelog.slice(start + heading.length).split(LATER);
  return section.trim();
}
