"""A program on whole arrays: instructions that are alike are done together.

plan          which instructions go together, and what gives the outputs
steps         what is done at once
on_numpy      with NumPy
on_libraries  with any library of the array API standard
on_dask       chunk by chunk, on Dask's workers
"""
