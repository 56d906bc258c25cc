# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2154
# Running a fuzz target; to be sourced after common.sh.

# fuzz_target NAME LEAST OPTION...: runs the target and prints `NAME: R runs in S s, E edges, F findings` and what was
# found. Fails when something was, or when there were fewer than LEAST runs. Findings go to $build/fuzz/findings, new
# inputs to $build/fuzz/NAME, from where the next run takes them; a run from a fixed seed (-seed=N) begins and ends
# without them.
fuzz_target()
{
    fuzz_name=$1
    fuzz_least=$2
    shift 2
    fuzz_log=$build/fuzz/$fuzz_name.log
    fuzz_store=$(mktemp -d -p "$([ -w /dev/shm ] && echo /dev/shm || echo "${TMPDIR:-/tmp}")" ncrypt-fuzz-XXXXXX)
    fuzz_new=$build/fuzz/$fuzz_name
    case " $*" in
        *' -seed='*) fuzz_new=$fuzz_store/new ;;
    esac
    mkdir -p "$fuzz_new" "$build/fuzz/findings"
    fuzz_status=0
    TMPDIR=$fuzz_store ASAN_OPTIONS=detect_leaks=1:quarantine_size_mb=64 UBSAN_OPTIONS=print_stacktrace=1 \
        nice -n 10 "$build/tests/fuzz/fuzz_$fuzz_name" -rss_limit_mb=2048 -timeout=60 -max_len=4096 -detect_leaks=1 \
        -print_final_stats=1 -artifact_prefix="$build/fuzz/findings/$fuzz_name-" "$@" \
        "$fuzz_new" "$top/tests/fuzz/corpus/$fuzz_name" > "$fuzz_log" 2>&1 < /dev/null || fuzz_status=1
    rm -rf "$fuzz_store"
    awk -v name="$fuzz_name" -v findings=$fuzz_status -v least="$fuzz_least" '
        /^#[0-9]+\t/ { runs = substr($1, 2); for (i = 1; i < NF; i++) if ($i == "cov:") edges = $(i + 1) }
        /^stat::number_of_executed_units:/ { runs = $2 }
        /^Done [0-9]+ runs in / { seconds = $5 }
        END {
            printf "%s: %d runs in %d s, %d edges, %d findings\n", name, runs, seconds, edges, findings
            few = !findings && runs < least
            if (few) printf "%s: too few runs to mean anything: at least %d are wanted\n", name, least
            exit few
        }' "$fuzz_log" || return 1
    [ $fuzz_status = 1 ] || return 0
    grep -E 'does not hold|ERROR: |runtime error|Test unit written' "$fuzz_log" || tail -n 20 "$fuzz_log"
    return 1
}
