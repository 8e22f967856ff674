using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    /// <content>Products of vectors, matrices and batches of them.</content>
    public partial class Tensor
    {
        /// <summary>The matrix product, over batches where there are more dimensions.</summary>
        public Tensor matmul(Tensor target) => Ops.matmul.Call(this, target);

        /// <summary>The product of two matrices.</summary>
        public Tensor mm(Tensor target) => Ops.mm.Call(this, target);

        /// <summary>The products of two batches of matrices.</summary>
        public Tensor bmm(Tensor batch2) => Ops.bmm.Call(this, batch2);

        /// <summary>The product of a matrix and a vector.</summary>
        public Tensor mv(Tensor target) => Ops.mv.Call(this, target);

        /// <summary>The inner product of two vectors.</summary>
        public Tensor dot(Tensor target) => Ops.dot.Call(this, target);

        /// <summary>The outer product of two vectors.</summary>
        public Tensor outer(Tensor vec2) => Ops.outer.Call(this, vec2);

        /// <summary>The Kronecker product.</summary>
        public Tensor kron(Tensor other) => Ops.kron.Call(this, other);

        /// <summary>beta times this, plus alpha times the product of two matrices.</summary>
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Ops.addmm.Call(this, mat1, mat2, beta, alpha);

        /// <summary>The same in place.</summary>
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Ops.addmm_.InPlace(this, this, mat1, mat2, beta, alpha);

        /// <summary>beta times this, plus alpha times the products of two batches of matrices.</summary>
        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Ops.baddbmm.Call(this, batch1, batch2, beta, alpha);

        /// <summary>beta times this, plus alpha times the product of a matrix and a vector.</summary>
        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) => Ops.addmv.Call(this, mat, vec, beta, alpha);

        /// <summary>The inverse of a matrix.</summary>
        public Tensor inverse() => Ops.inverse.Call(this);

        /// <summary>The determinant of a matrix.</summary>
        public Tensor det() => Ops.det.Call(this);
    }
}
