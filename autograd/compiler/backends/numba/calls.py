"""Memory in and out of the interpreter: a piece of its template, put in where it is imported.

Nobody imports this module either: see ``kernel``. Here is how it calls NumPy's loops, of the form
``void loop(char **rows, intp *count, intp *steps, void *data)``, and how it gets its columns.
"""

# mypy: allow-untyped-decorators, allow-untyped-calls

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped,unused-ignore]
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray


@intrinsic
def call_loop(typing: Any, address: Any, data: Any, operands: Any, n: Any) -> Any:
    """Call the loop at this address on a tuple of rows, the result's last."""

    def codegen(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        intp, byte = context.get_value_type(types.intp), ir.IntType(8).as_pointer()
        count = len(signature.args[2])
        array = ir.ArrayType(byte, count), ir.ArrayType(intp, count)
        pointers, steps = [cgutils.alloca_once(builder, kind) for kind in array]
        length = cgutils.alloca_once(builder, intp)
        for k in range(count):
            row = context.make_array(signature.args[2][k])(
                context, builder, builder.extract_value(values[2], k)
            )
            place = cgutils.gep_inbounds(builder, pointers, 0, k)
            builder.store(builder.bitcast(row.data, byte), place)
            builder.store(ir.Constant(intp, 8), cgutils.gep_inbounds(builder, steps, 0, k))
        builder.store(values[3], length)
        kind = ir.FunctionType(
            ir.VoidType(),
            [byte.as_pointer(), intp.as_pointer(), intp.as_pointer(), byte],
        )
        builder.call(
            builder.inttoptr(values[0], kind.as_pointer()),
            [
                cgutils.gep_inbounds(builder, pointers, 0, 0),
                length,
                cgutils.gep_inbounds(builder, steps, 0, 0),
                builder.inttoptr(values[1], byte),
            ],
        )
        return context.get_dummy_value()

    return types.void(types.intp, types.intp, operands, types.intp), codegen


@njit(nogil=True, error_model="numpy")
def transpose(examples: NDArray[np.float64], columns: NDArray[np.float64]) -> None:
    """Examples as columns: a row for each of their numbers.

    Read in the order of memory, and written within what the first-level cache holds: a million
    examples of 20 numbers took NumPy's copy 4 ns a number, and take this 1.
    """
    n, width = examples.shape
    for first in range(0, n, 128):
        count = min(128, n - first)
        part = examples[first : first + count]
        column = columns[:, first : first + count]
        for lane in range(count):
            for k in range(width):
                column[k, lane] = part[lane, k]
