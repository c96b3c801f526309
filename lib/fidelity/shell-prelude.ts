/** The functions that every scenario.sh finds defined when bash runs it. */
export const SHELL_PRELUDE = `
set -u
K=\${KUBECTL:-kubectl}
# Notes an instant.
step() { printf '%s\\t%s\\n' "$(date +%s%3N)" "$*" >> "$OUT_DIR/steps.tsv"; }
# Lets time pass.
settle() { sleep "$1"; }
# out NAME COMMAND...: keeps what the command prints, and its exit status.
out() { local name=$1; shift; { "$@" 2>&1; echo "[exit $?]"; } > "$OUT_DIR/$name.txt"; }
# A failed node stops its heartbeats and its pods' containers; the API objects stay.
fail_node() {
  step "fail $1"; $K annotate node "$1" drydock/failed=true --overwrite >/dev/null
  if [ -n "\${FAIL_NODE_HOOK:-}" ]; then $FAIL_NODE_HOOK "$1"; fi
}
recover_node() {
  step "recover $1"; $K annotate node "$1" drydock/failed- >/dev/null
  if [ -n "\${RECOVER_NODE_HOOK:-}" ]; then $RECOVER_NODE_HOOK "$1"; fi
}
rollout_done() { $K rollout status "$1" --timeout="\${2:-120s}" >/dev/null 2>&1; }
. ./scenario.sh
`;
