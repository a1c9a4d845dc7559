#!/usr/bin/env python3
"""Makes the vectors beside it: proofs as RFC 6962 defines them (section 2.1), by its recursion as it is written, and spoiled ones.

In the form of transparency-dev/merkle's testdata, one JSON object a file. Nothing here is shared with the program that they are for.
"""
import base64
import hashlib
import json
import pathlib

HERE = pathlib.Path(__file__).parent


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf(n):
    return sha256(b"\0" + b"record %d" % n)


def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def root(leaves):
    if len(leaves) == 0:
        return sha256(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha256(b"\1" + root(leaves[:k]) + root(leaves[k:]))


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return path(m, leaves[:k]) + [root(leaves[k:])]
    return path(m - k, leaves[k:]) + [root(leaves[:k])]


def subproof(m, leaves, known):
    if m == len(leaves):
        return [] if known else [root(leaves)]
    k = split(len(leaves))
    if m <= k:
        return subproof(m, leaves[:k], known) + [root(leaves[k:])]
    return subproof(m - k, leaves[k:], False) + [root(leaves[:k])]


def b64(data):
    return base64.b64encode(data).decode()


def flip(data, bit):
    return data[: bit // 8] + bytes([data[bit // 8] ^ (1 << bit % 8)]) + data[bit // 8 + 1 :]


def write(folder, name, vector):
    file = HERE / folder / (name + ".json")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(vector, indent=1) + "\n")


def spoiled_proofs(proof, roots):
    for i in range(len(proof)):
        yield "modified-%d" % i, proof[:i] + [flip(proof[i], 7 * i % 256)] + proof[i + 1 :]
        yield "removed-%d" % i, proof[:i] + proof[i + 1 :]
    for name, extra in [("garbage", sha256(b"garbage"))] + roots:
        yield "preceding-" + name, [extra] + proof
        yield "trailing-" + name, proof + [extra]
    if proof:
        yield "empty", []
    if len(proof) > 1:
        yield "reversed", proof[::-1]
    if len(proof) > 1 and proof[0] != proof[1]:
        yield "swapped", [proof[1], proof[0]] + proof[2:]


def inclusion(index, size):
    leaves = [leaf(n) for n in range(size)]
    good = {"leafIdx": index, "treeSize": size, "root": b64(root(leaves)), "leafHash": b64(leaves[index]),
            "proof": [b64(h) for h in path(index, leaves)], "desc": "as it is", "wantErr": False}
    folder = "inclusion/%d-of-%d" % (index, size)
    write(folder, "good", good)

    def bad(name, **changes):
        write(folder, name, {**good, "desc": name, "wantErr": True, **changes})

    for name, proof in spoiled_proofs(path(index, leaves), [("root", root(leaves))]):
        bad(name, proof=[b64(h) for h in proof])
    bad("wrong-leaf", leafHash=b64(flip(leaves[index], 9)))
    bad("wrong-root", root=b64(flip(root(leaves), 200)))
    bad("empty-root", root="")
    bad("root-of-empty-tree", root=b64(sha256(b"")))
    bad("index-beyond", leafIdx=size)
    bad("index-huge", leafIdx=2**64 - 1)
    bad("index-other", leafIdx=index ^ 1)
    bad("size-zero", treeSize=0)
    bad("size-double", treeSize=2 * size)


def consistency(size1, size2):
    leaves = [leaf(n) for n in range(size2)]
    roots = root(leaves[:size1]), root(leaves)
    proof = subproof(size1, leaves, True)
    good = {"size1": size1, "size2": size2, "root1": b64(roots[0]), "root2": b64(roots[1]), "proof": [b64(h) for h in proof],
            "desc": "as it is", "wantErr": False}
    folder = "consistency/%d-to-%d" % (size1, size2)
    write(folder, "good", good)

    def bad(name, **changes):
        write(folder, name, {**good, "desc": name, "wantErr": True, **changes})

    for name, other in spoiled_proofs(proof, [("root1", roots[0]), ("root2", roots[1])]):
        bad(name, proof=[b64(h) for h in other])
    bad("wrong-root1", root1=b64(flip(roots[0], 3)))
    bad("wrong-root2", root2=b64(flip(roots[1], 255)))
    if size1 != size2:
        bad("roots-swapped", root1=b64(roots[1]), root2=b64(roots[0]))
        bad("sizes-swapped", size1=size2, size2=size1)
        bad("root1-twice", root2=b64(roots[0]))
        bad("root2-twice", root1=b64(roots[1]))
    bad("size1-zero", size1=0)
    bad("size1-more", size1=size1 + 1)
    bad("size2-half", size2=size2 // 2)


def roots_that_are_no_hashes(size):
    """There are published vectors that compare such roots, of two trees of one size, and nothing else."""
    for name, other in [("same", b"no hash"), ("other", b"neither")]:
        write("consistency/no-hashes", "%s-%d" % (name, size), {"size1": size, "size2": size, "root1": b64(b"no hash"), "root2": b64(other),
              "proof": [], "desc": name, "wantErr": name == "other"})


def other_name_of_the_index():
    """As older vectors have it."""
    leaves = [leaf(n) for n in range(8)]
    for name, index in [("good", 5), ("wrong", 4)]:
        write("inclusion/leafIndex", name, {"leafIndex": index, "treeSize": 8, "root": b64(root(leaves)), "leafHash": b64(leaves[5]),
              "proof": [b64(h) for h in path(5, leaves)], "desc": name, "wantErr": name == "wrong"})


for pair in [(0, 1), (0, 8), (5, 8), (2, 3), (1, 5), (6, 7), (16, 17)]:
    inclusion(*pair)
for pair in [(1, 1), (1, 8), (2, 5), (4, 8), (6, 8), (8, 9), (7, 15), (16, 16), (16, 33)]:
    consistency(*pair)
for size in [0, 1]:
    roots_that_are_no_hashes(size)
other_name_of_the_index()
