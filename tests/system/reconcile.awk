# SPDX-License-Identifier: LGPL-2.1-or-later
# Reads the journals of check-load, then the list of keys that there are; prints what does not fit. A key is its
# name and its public part. What a journal ends with may have happened or not: its process was killed there.

function settle()
{
    if (intent == "c") maybe_created[name] = 1
    if (intent == "o") maybe_overwritten[name] = 1
    if (intent == "d") maybe_deleted[key] = 1
    intent = ""
}

FNR == 1 { settle() }

/^[cod] / { intent = $1; name = $2; key = $2 " " $3 }
/^[CODn] / { intent = "" }

/^C / { created[$2 " " $3] = 1 }
/^O / { overwritten[$2] = 1; created[$2 " " $3] = 1 }
/^D / { deleted[$2 " " $3] = 1 }

/^K / {
    there[$2 " " $3] = 1
    name_there[$2] = 1
    if ($4 != "0x00000000") print "cannot be used: " $0
}

END {
    for (key in there) {
        split(key, part)
        if (key in deleted) print "deleted and still there: " key
        if (!(key in created) && !(part[1] in maybe_created) && !(part[1] in maybe_overwritten))
            print "nobody made it: " key
    }
    for (key in created) {
        split(key, part)
        if (part[1] ~ /^over-/) continue
        if (!(key in there) && !(key in deleted) && !(key in maybe_deleted)) print "lost: " key
    }
    for (name in overwritten)
        if (!(name in name_there)) print "lost: " name
}
