/*
 * What a shell can say of the repository that it stands in, from its remote `origin`: for requests with curl, which name it themselves.
 * `thatch upload` does the same and knows more hosts.
 */

/** `host/owner/name` of an address; nothing of a local path. */
const SLUG_OF_ADDRESS = [
  's#/*$##',
  's#[.]git$##',
  's#^[a-z+]+://([^/@]*@)?([^/:]+)(:[0-9]+)?/(.+/.+)$#\\2/\\4#p',
  's#^([^/@:]+@)?([^/@:]+):([^/].*/.+)$#\\2/\\3#p',
].join('; ');

/** The name of the clone's folder, of letters that a name may hold. */
export const FOLDER_NAME = `$(basename "$(git rev-parse --show-toplevel)" | tr -c 'A-Za-z0-9._\\n-' -)`;

/** Sets `repo` to `SERVICE/OWNER/NAME`; `git/local/FOLDER` without an origin at a host. */
export const REPOSITORY_OF_ORIGIN = `origin=$(git config remote.origin.url | sed -nE '${SLUG_OF_ADDRESS}')
case "$origin" in
  github.com/*) repo=gh/\${origin#*/} ;;
  gitlab.com/*) repo=gl/\${origin#*/} ;;
  bitbucket.org/*) repo=bb/\${origin#*/} ;;
  codeberg.org/*) repo=gt/\${origin#*/} ;;
  ?*) repo=git/\${origin#*/} ;;
  *) repo=git/local/${FOLDER_NAME} ;;
esac`;

/** Sets `own` to the folder's name where `origin` says no host and repository, else to nothing. */
export const FOLDER_WITHOUT_ORIGIN = `own=$(git config remote.origin.url | grep -Eq '://[^/]+/.+/|^[^/:]+:[^/].*/' || echo "${FOLDER_NAME}")`;
